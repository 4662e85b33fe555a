#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include "cli/connections.h"
#include "cli/exit_code.h"
#include "cli/terminal/printable.h"
#include "event/tenant.h"

namespace argus::cli {
namespace {

constexpr std::size_t kIngestionIdBytesMax = 100;  // an event's id is longer, and has 128
constexpr std::size_t kRepositoryBytesMax = 256;   // the event's schema
constexpr int kTimeoutSecondsMax = 86'400;
constexpr int kReplicationFactorMax = 9;
constexpr int kPortMax = 65'535;

const char* const kExitCodes =
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 timed out while waiting, 4 the "
    "worker\n"
    "refused the ingestion (dead letter), 130 or 143 interrupted.";

void add_tenant(CLI::App& app, worker::Tenant& tenant) {
  const auto identifier = [&](const char* name, std::string& target, const char* text) {
    app.add_option(name, target, text)->required()->check([](const std::string& value) {
      if (worker::is_tenant_identifier(value)) return std::string();
      return "\"" + printable(value) +
             "\" is not allowed: write letters, digits and hyphens, beginning with a letter or "
             "digit, at most 63.";
    });
  };
  identifier("--org", tenant.org_id, "The organisation");
  identifier("--project", tenant.project_id, "The project; with --org it names the graph");
}

void add_output(CLI::App& app, OutputFormat& output) {
  app.add_option_function<std::string>(
         "-o,--output",
         [&output](const std::string& word) {
           output = word == "json" ? OutputFormat::kJson : OutputFormat::kText;
         },
         "text or json (text)")
      ->check(CLI::IsMember({"text", "json"}));
}

// A flag in place of an environment variable. There is none for a password: every user of the
// machine can read the command lines of its processes.
void add_setting(CLI::App& app, GivenSettings& settings, const char* flag, const char* variable) {
  app.add_option_function<std::string>(
         flag, [&settings, variable](const std::string& value) { settings[variable] = value; },
         std::string("Instead of ") + variable)
      ->group("Connection");
}

// Where the brokers are, without a login.
void add_broker_place(CLI::App& app, GivenSettings& settings) {
  add_setting(app, settings, "--brokers", "KAFKA_BOOTSTRAP_SERVERS");
  add_setting(app, settings, "--security-protocol", "KAFKA_SECURITY_PROTOCOL");
  add_setting(app, settings, "--ca-file", "KAFKA_CA_FILE");
}

void add_broker(CLI::App& app, GivenSettings& settings) {
  add_broker_place(app, settings);
  add_setting(app, settings, "--kafka-username", "KAFKA_SASL_USERNAME");
  add_setting(app, settings, "--sasl-mechanism", "KAFKA_SASL_MECHANISM");
  add_setting(app, settings, "--topic-prefix", "ARGUS_TOPIC_PREFIX");
}

void add_graph_connection(CLI::App& app, GivenSettings& settings) {
  add_setting(app, settings, "--falkordb-host", "FALKORDB_HOST");
  add_setting(app, settings, "--falkordb-port", "FALKORDB_PORT");
  add_setting(app, settings, "--falkordb-username", "FALKORDB_USERNAME");
}

void add_cluster(CLI::App& app, ClusterOptions& cluster) {
  const char* const group = "In a cluster";
  CLI::Option* const flag =
      app.add_flag("--in-cluster", cluster.in_cluster,
                   "Do it in a Job beside the data layer, with its own settings and Secrets")
          ->group(group);
  const auto add = [&](const char* name, std::string& target, const char* text) {
    app.add_option(name, target, text)->needs(flag)->group(group);
  };
  add("-n,--namespace", cluster.ns, "The data layer's namespace (argus-data)");
  add("--kubeconfig", cluster.kubeconfig, "Kubeconfig file, instead of kubectl's own choice");
  add("--context", cluster.context, "Context of the kubeconfig");
  add("--image", cluster.image, "Image that holds argusctl, instead of the data layer's own");
  add("--kubectl", cluster.kubectl, "The kubectl to use (kubectl)");
}

const char* const kInClusterHelp =
    "With --in-cluster, kubectl starts a Job in the data layer's namespace, whose pod runs this "
    "program with\nthe worker's own connections; it is deleted at the end. You need to be allowed "
    "there: get deployments;\ncreate and delete jobs; get and list pods; create "
    "pods/attach; list events\n(deploy/argusctl-rbac.yaml).\n";

// How this program is started in the pod.
void add_pod(CLI::App& app, bool& over_attach) {
  app.add_flag("--over-attach", over_attach)->group("");
}

std::string ingestion_id_problem(const std::string& id) {
  const bool allowed = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == ':' || c == '-';
  });
  if (allowed && !id.empty() && id.size() <= kIngestionIdBytesMax) return "";
  return "\"" + printable(id) + "\" is not allowed: write 1 to " +
         std::to_string(kIngestionIdBytesMax) + " letters, digits, '.', ':' or '-'.";
}

std::string repository_problem(const std::string& name) {
  if (!name.empty() && name.size() <= kRepositoryBytesMax && printable(name) == name) return "";
  return "\"" + printable(name) + "\" is not allowed: write 1 to " +
         std::to_string(kRepositoryBytesMax) + " bytes of UTF-8 without control characters.";
}

std::string admin_url_problem(const std::string& url) {
  if (url.starts_with("http://") || url.starts_with("https://")) return "";
  return "\"" + printable(url) + "\" is not a URL: write http://host:9644.";
}

CLI::App* add_ingest(CLI::App& app, IngestOptions& ingest) {
  CLI::App* const command =
      app.add_subcommand("ingest", "Send a directory's code to be analyzed, and wait for it");
  command->add_option("PATH", ingest.path, "The directory: a git checkout, a part of one, or any")
      ->required();
  add_tenant(*command, ingest.tenant);
  command
      ->add_option("--repository", ingest.repository,
                   "The repository's name (that of the git remote, or else of the directory)")
      ->check(repository_problem);
  command
      ->add_option("--ingestion-id", ingest.ingestion_id,
                   "The identity of this ingestion, to send the same one again (a new one)")
      ->check(ingestion_id_problem);
  command->add_flag_callback(
      "--no-git", [&ingest] { ingest.use_git = false; },
      "Read the directory as it is, even if it is a git checkout");
  command->add_flag("--dry-run", ingest.dry_run, "Say what would be sent, and send nothing");
  command->add_flag("--allow-empty", ingest.allow_empty,
                    "Send an ingestion without files, which empties the graph");
  CLI::Option* const wait = command->add_flag_callback(
      "--wait", [&ingest] { ingest.wait = true; }, "Wait until the graph holds it; the default");
  command
      ->add_flag_callback(
          "--no-wait", [&ingest] { ingest.wait = false; }, "Return when everything is sent")
      ->excludes(wait);
  command
      ->add_option_function<int>(
          "--timeout", [&ingest](int seconds) { ingest.timeout = std::chrono::seconds(seconds); },
          "Seconds to wait at most (600)")
      ->check(CLI::Range(1, kTimeoutSecondsMax));
  command->add_flag("-v,--verbose", ingest.verbose, "Name every file that is skipped");
  add_output(*command, ingest.output);
  add_broker(*command, ingest.settings);
  add_cluster(*command, ingest.cluster);
  add_pod(*command, ingest.over_attach);
  command
      ->add_option_function<std::string>(
          "--from-tar", [&ingest](const std::string&) { ingest.tree_comes_in = true; })
      ->check(CLI::IsMember({"-"}))
      ->group("");
  command->footer(
      "Sent are regular text files of at most 1 MiB: in a git checkout those that are tracked, and "
      "new\nones that are not ignored, as they are in the working tree; elsewhere all that no "
      ".gitignore\nexcludes. Binary files, symbolic links, submodules and larger files are "
      "skipped, "
      "counted and\nnamed in the manifest. What goes on is said on standard error, the result on "
      "standard output.\n\n" +
      std::string(kInClusterHelp) + "\nEnvironment:\n" + broker_settings_help() +
      "\nExamples:\n"
      "  argusctl ingest . --org acme --project shop\n"
      "  argusctl ingest ~/src/shop --org acme --project shop --dry-run --verbose\n"
      "  argusctl ingest . --org acme --project shop --no-wait --output json\n"
      "  argusctl ingest . --org acme --project shop --in-cluster --namespace argus-data\n" +
      kExitCodes);
  return command;
}

CLI::App* add_graph(CLI::App& app, GraphOptions& graph) {
  CLI::App* const group = app.add_subcommand("graph", "Look at the graph of a dataset");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* text) {
    CLI::App* const command = group->add_subcommand(name, text);
    add_tenant(*command, graph.tenant);
    const std::map<std::string, worker::DatasetType> types = {
        {"codebase", worker::DatasetType::kCodebase},
        {"tests", worker::DatasetType::kTests},
        {"failures", worker::DatasetType::kFailures}};
    command
        ->add_option_function<std::string>(
            "--type", [&graph, types](const std::string& word) { graph.type = types.at(word); },
            "codebase, tests or failures (codebase)")
        ->check(CLI::IsMember({"codebase", "tests", "failures"}));
    add_graph_connection(*command, graph.settings);
    add_cluster(*command, graph.cluster);
    add_pod(*command, graph.over_attach);
    const std::string example =
        std::string("  argusctl graph ") + name + " --org acme --project shop";
    command->footer(kInClusterHelp + ("\nEnvironment:\n" + graph_settings_help()) +
                    "\nExamples:\n" + example + "\n" + example +
                    " --in-cluster --namespace argus-data\n" + kExitCodes);
    return command;
  };
  add_output(*add("summary", "Count its nodes, edges and languages"), graph.output);
  add("dump", "Print every node and edge as sorted text, to compare two graphs")
      ->callback([&graph] { graph.dump = true; });
  return group;
}

// How this program is started in the pod of the Deployment redpanda-setup.
void add_broker_pod(CLI::App& command, BrokerOptions& broker) {
  const auto add = [&](const char* name, auto& target, const char* text) {
    return command.add_option(name, target, text)->needs("--watch")->group("In a pod");
  };
  add("--health-port", broker.health_port, "Serve /health and /ready there")
      ->check(CLI::Range(1, kPortMax));
  add("--message-file", broker.message_file,
      "End when there is something else to say, with the sentence in this file")
      ->needs(add("--memory-file", broker.memory_file, "What was said last"));
  add("--users-hash", broker.users_hash, "Wait until the users file has this content")
      ->needs(add("--users-salt", broker.users_salt, "What that hash was made with"));
}

CLI::App* add_broker_command(CLI::App& app, BrokerOptions& broker) {
  CLI::App* const group = app.add_subcommand("broker", "Prepare the brokers of a data layer");
  group->require_subcommand(1);
  CLI::App* const command = group->add_subcommand(
      "ensure", "Make what is missing: the service user, its permissions, the topics");
  command
      ->add_option("--users-file", broker.users_file,
                   "Lines user:password:mechanism; the superuser, who does it, is the first")
      ->required();
  command
      ->add_option("--service-user", broker.service_user, "The user of the data layer's programs")
      ->capture_default_str();
  command
      ->add_option("--admin-url", broker.admin_urls,
                   "Redpanda's Admin API, which makes users (none: users are left alone); may be "
                   "repeated, and then any that answers will do")
      ->check(admin_url_problem);
  command->add_option("--group", broker.groups,
                      "Consumer group to allow besides argus*; may be repeated");
  command
      ->add_option("--replication-factor", broker.replication_factor,
                   "Copies of a topic (1 below three brokers, else 3)")
      ->check(CLI::Range(1, kReplicationFactorMax));
  command->add_flag("--watch", broker.watch, "Go on, and make again what goes missing");
  command
      ->add_option_function<int>(
          "--every", [&broker](int seconds) { broker.period = std::chrono::seconds(seconds); },
          "Seconds between two looks with --watch (30)")
      ->check(CLI::Range(1, kTimeoutSecondsMax));
  add_broker_pod(*command, broker);
  add_broker_place(*command, broker.settings);
  command->footer(
      "What is there is left alone: topics are not changed, users and permissions not taken "
      "away.\n\nExample:\n"
      "  argusctl broker ensure --users-file users.txt --brokers localhost:9092 \\\n"
      "    --admin-url http://localhost:9644\n" +
      std::string(kExitCodes));
  return group;
}

// Throws CLI::ValidationError.
void check_cluster(const ClusterOptions& cluster, const GivenSettings& settings) {
  if (!cluster.in_cluster || settings.empty()) return;
  throw CLI::ValidationError("--in-cluster",
                             "takes the data layer's own connection: leave the options of "
                             "\"Connection\" out");
}

}  // namespace

std::variant<IngestOptions, GraphOptions, BrokerOptions, int> read_command_line(
    int argc, const char* const* argv) {
  IngestOptions ingest;
  GraphOptions graph;
  BrokerOptions broker;
  CLI::App app("Sends code to an Argus data layer, and shows what its graphs hold.", "argusctl");
  app.set_version_flag("--version", "argusctl " ARGUS_VERSION);
  app.require_subcommand(1);
  app.footer(std::string("Examples:\n"
                         "  argusctl ingest . --org acme --project shop\n"
                         "  argusctl graph summary --org acme --project shop\n"
                         "See argusctl COMMAND --help for the rest.\n") +
             kExitCodes);
  const CLI::App* const ingesting = add_ingest(app, ingest);
  add_graph(app, graph);
  const CLI::App* const preparing = add_broker_command(app, broker);
  try {
    app.parse(argc, argv);
    check_cluster(ingest.cluster, ingest.settings);
    check_cluster(graph.cluster, graph.settings);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUsage;
  }
  if (ingesting->parsed()) return ingest;
  if (preparing->parsed()) return broker;
  return graph;
}

}  // namespace argus::cli
