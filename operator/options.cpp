#include "options.h"

#include <CLI/CLI.hpp>

namespace argus::op {
namespace {

constexpr int kWrongUsage = 2;

void add_installation(CLI::App& app, adl::Installation& installation) {
  const auto image = [&](const std::string& part, const std::string& variable,
                         std::string& reference) {
    app.add_option("--image-" + part, reference,
                   "Image of " + part + " where the resource names none")
        ->envname("ARGUS_IMAGE_" + variable)
        ->capture_default_str()
        ->group("Installation");
  };
  image("redpanda", "REDPANDA", installation.images.redpanda);
  image("falkordb", "FALKORDB", installation.images.falkordb);
  image("valkey", "VALKEY", installation.images.valkey);
  image("redis-exporter", "REDIS_EXPORTER", installation.images.redis_exporter);
  image("worker", "WORKER", installation.images.worker);
  image("flink", "FLINK", installation.images.flink);
  image("tools", "TOOLS", installation.images.tools);
  app.add_option("--cluster-domain", installation.cluster_domain, "The cluster's DNS domain")
      ->envname("ARGUS_CLUSTER_DOMAIN")
      ->capture_default_str()
      ->group("Installation");
  app.add_option("--operator-namespace", installation.operator_namespace,
                 "Where the operator runs: network policies let it in")
      ->envname("ARGUS_OPERATOR_NAMESPACE")
      ->capture_default_str()
      ->group("Installation");
  app.add_option("--api-server-address", installation.api_server_addresses,
                 "Address of the API server as pods see it, for Flink's policy; may be repeated; "
                 "without it any address on its port")
      ->envname("ARGUS_API_SERVER_ADDRESSES")
      ->delimiter(',')
      ->group("Installation");
  app.add_option("--api-server-port", installation.api_server_port, "Its port")
      ->envname("ARGUS_API_SERVER_PORT")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str()
      ->group("Installation");
}

void add_cluster(CLI::App& app, RunOptions& run) {
  app.add_option(
         "--kubeconfig", run.kubeconfig,
         "Kubeconfig file; without it KUBECONFIG, the pod's service account, ~/.kube/config")
      ->group("Cluster");
  app.add_option("--context", run.context, "Context of the kubeconfig")->group("Cluster");
  app.add_option("-n,--namespace", run.namespaces, "Namespace to watch; may be repeated (all)")
      ->envname("ARGUS_WATCH_NAMESPACES")
      ->delimiter(',')
      ->group("Cluster");
}

void add_election(CLI::App& app, RunOptions& run) {
  app.add_flag("--leader-elect,!--no-leader-elect", run.leader_elect,
               "Only the holder of the Lease acts (default)")
      ->group("Leader election");
  app.add_option("--lease-namespace", run.lease_namespace,
                 "Namespace of the Lease; without it the one of the credentials")
      ->envname("POD_NAMESPACE")
      ->group("Leader election");
  app.add_option("--lease-name", run.lease_name, "Name of the Lease")
      ->capture_default_str()
      ->group("Leader election");
  app.add_option("--identity", run.identity, "Unique name of this replica (host name and a number)")
      ->envname("POD_NAME")
      ->group("Leader election");
  const auto seconds = [&](const char* name, std::chrono::seconds& value, const char* text) {
    app.add_option_function<int>(
           name, [&value](int given) { value = std::chrono::seconds(given); }, text)
        ->check(CLI::Range(1, 3600))
        ->group("Leader election");
  };
  seconds("--lease-duration", run.lease_duration,
          "Seconds that others wait for a leader that says nothing (15)");
  seconds("--renew-deadline", run.renew_deadline,
          "Seconds that a leader goes on while its renewals fail (10)");
  seconds("--retry-period", run.retry_period, "Seconds between attempts (2)");
}

void add_process(CLI::App& app, RunOptions& run) {
  app.add_option("--health-address", run.health_address, "Address of /healthz, /readyz, /metrics")
      ->envname("ARGUS_HEALTH_ADDRESS")
      ->capture_default_str();
  app.add_option("--health-port", run.health_port, "Their port; 0: any free one")
      ->envname("ARGUS_HEALTH_PORT")
      ->capture_default_str();
  app.add_option("--workers", run.workers, "Resources reconciled at once")
      ->check(CLI::Range(1, kMaxWorkers))
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--log-level",
         [&run](const std::string& name) {
           try {
             run.log_level = base::log_level_from(name);
           } catch (const std::invalid_argument& error) {
             throw CLI::ValidationError("--log-level", error.what());
           }
         },
         "debug, info, warning or error (info)")
      ->envname("ARGUS_LOG_LEVEL");
}

// Throws CLI::ValidationError as the elector would refuse the same times.
void check_election(const RunOptions& run) {
  if (run.lease_duration > run.renew_deadline && 5 * run.renew_deadline > 6 * run.retry_period) {
    return;
  }
  throw CLI::ValidationError(
      "--lease-duration",
      "must be longer than --renew-deadline, and that longer than 1.2 times --retry-period; "
      "the defaults are 15, 10 and 2");
}

}  // namespace

std::variant<RunOptions, adl::RenderOptions, int> read_command_line(int argc, char** argv) {
  RunOptions run;
  adl::RenderOptions render{.file = "", .kinds = {.keda = true, .flink = true}};
  CLI::App app("Keeps the data layer of every ArgusDataLayer resource running.", "argus-operator");
  app.set_version_flag("--version", "argus-operator " ARGUS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  argus-operator run                                as in a pod\n"
      "  argus-operator run --kubeconfig ~/.kube/config --namespace argus-data --health-port 0\n"
      "  argus-operator render -f deploy/samples/argus.yaml | kubectl diff -f -\n"
      "Exit codes: 0 stopped or rendered, 1 failed or resource refused, 2 wrong usage or "
      "unreadable\n"
      "file, 3 leadership lost (start again), 4 caches not filled in time, 5 did not stop in "
      "time.");
  CLI::App* const running = app.add_subcommand("run", "Watch and reconcile until SIGTERM");
  add_cluster(*running, run);
  add_election(*running, run);
  add_process(*running, run);
  add_installation(*running, run.installation);
  CLI::App* const rendering = app.add_subcommand(
      "render", "Print every manifest of a resource, without a cluster; passwords are left out");
  rendering->add_option("-f,--filename", render.file, "The resource; '-' is standard input")
      ->required();
  rendering->add_option("-n,--namespace", render.ns, "Instead of the resource's own namespace");
  rendering->add_flag("!--without-keda", render.kinds.keda,
                      "As for a cluster without KEDA: an HPA");
  rendering->add_flag("!--without-flink", render.kinds.flink, "As without the Flink operator");
  add_installation(*rendering, render.installation);
  try {
    app.parse(argc, argv);
    if (running->parsed()) check_election(run);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  if (rendering->parsed()) return render;
  return run;
}

}  // namespace argus::op
