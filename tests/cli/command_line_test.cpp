#include "cli/command_line.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/yaml_reader.h"
#include "fakes/places.h"

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Outcome {
  std::variant<IngestOptions, GraphOptions, BrokerOptions, int> line;
  std::string out;
  std::string err;
};

Outcome read(const std::vector<std::string>& words) {
  std::vector<const char*> arguments = {"argusctl"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto line = read_command_line(static_cast<int>(arguments.size()), arguments.data());
  std::string out = testing::internal::GetCapturedStdout();
  return {std::move(line), std::move(out), testing::internal::GetCapturedStderr()};
}

void expect_wrong(const std::vector<std::string>& arguments, const std::string& sentence) {
  const Outcome outcome = read(arguments);
  ASSERT_TRUE(std::holds_alternative<int>(outcome.line)) << sentence;
  EXPECT_EQ(std::get<int>(outcome.line), 2);
  EXPECT_THAT(outcome.err, HasSubstr(sentence));
}

TEST(CommandLine, IngestsAndWaitsUnlessToldOtherwise) {
  const Outcome outcome = read({"ingest", ".", "--org", "acme", "--project", "shop"});
  const auto* options = std::get_if<IngestOptions>(&outcome.line);
  ASSERT_NE(options, nullptr) << outcome.err;
  EXPECT_EQ(options->path, ".");
  EXPECT_EQ(options->tenant, (worker::Tenant{"acme", "shop"}));
  EXPECT_TRUE(options->wait);
  EXPECT_TRUE(options->use_git);
  EXPECT_EQ(options->timeout, std::chrono::seconds(600));
  EXPECT_EQ(options->output, OutputFormat::kText);
}

TEST(CommandLine, TakesEveryOptionOfIngest) {
  const Outcome outcome = read({"ingest",
                                "x",
                                "--org",
                                "a",
                                "--project",
                                "b",
                                "--no-wait",
                                "--timeout",
                                "5",
                                "--output",
                                "json",
                                "--repository",
                                "größe",
                                "--ingestion-id",
                                "run:1",
                                "--no-git",
                                "--dry-run",
                                "--verbose",
                                "--allow-empty",
                                "--brokers",
                                "k:9092",
                                "--kafka-username",
                                "me"});
  const auto* options = std::get_if<IngestOptions>(&outcome.line);
  ASSERT_NE(options, nullptr) << outcome.err;
  EXPECT_FALSE(options->wait);
  EXPECT_FALSE(options->use_git);
  EXPECT_TRUE(options->dry_run && options->verbose && options->allow_empty);
  EXPECT_EQ(options->timeout, std::chrono::seconds(5));
  EXPECT_EQ(options->output, OutputFormat::kJson);
  EXPECT_EQ(options->repository, "größe");
  EXPECT_EQ(options->ingestion_id, "run:1");
  EXPECT_EQ(options->settings,
            (GivenSettings{{"KAFKA_BOOTSTRAP_SERVERS", "k:9092"}, {"KAFKA_SASL_USERNAME", "me"}}));
}

TEST(CommandLine, TakesEveryOptionOfGraph) {
  const Outcome summary = read({"graph", "summary", "--org", "a", "--project", "b", "-o", "json",
                                "--type", "tests", "--falkordb-port", "7000"});
  const auto* options = std::get_if<GraphOptions>(&summary.line);
  ASSERT_NE(options, nullptr) << summary.err;
  EXPECT_FALSE(options->dump);
  EXPECT_EQ(options->type, worker::DatasetType::kTests);
  EXPECT_EQ(options->output, OutputFormat::kJson);
  EXPECT_EQ(options->settings, (GivenSettings{{"FALKORDB_PORT", "7000"}}));
  const Outcome dump = read({"graph", "dump", "--org", "a", "--project", "b"});
  ASSERT_TRUE(std::holds_alternative<GraphOptions>(dump.line));
  EXPECT_TRUE(std::get<GraphOptions>(dump.line).dump);
}

TEST(CommandLine, TakesEveryOptionOfBrokerEnsure) {
  const Outcome defaults = read({"broker", "ensure", "--users-file", "u"});
  const auto* options = std::get_if<BrokerOptions>(&defaults.line);
  ASSERT_NE(options, nullptr) << defaults.err;
  EXPECT_EQ(options->users_file, "u");
  EXPECT_EQ(options->service_user, "argus-service");
  EXPECT_TRUE(options->admin_urls.empty());
  EXPECT_EQ(options->replication_factor, 0);
  EXPECT_FALSE(options->watch);
  EXPECT_EQ(options->period, std::chrono::seconds(30));
  const Outcome all =
      read({"broker", "ensure", "--users-file=u", "--service-user=s", "--admin-url=http://a:9644",
            "--group=one", "--group=two", "--replication-factor=3", "--watch", "--every=5",
            "--brokers=k:9092", "--security-protocol=SASL_SSL", "--ca-file=ca"});
  options = std::get_if<BrokerOptions>(&all.line);
  ASSERT_NE(options, nullptr) << all.err;
  EXPECT_EQ(options->service_user, "s");
  EXPECT_EQ(options->admin_urls, (std::vector<std::string>{"http://a:9644"}));
  EXPECT_EQ(options->groups, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(options->replication_factor, 3);
  EXPECT_TRUE(options->watch);
  EXPECT_EQ(options->period, std::chrono::seconds(5));
  EXPECT_EQ(options->settings, (GivenSettings{{"KAFKA_BOOTSTRAP_SERVERS", "k:9092"},
                                              {"KAFKA_SECURITY_PROTOCOL", "SASL_SSL"},
                                              {"KAFKA_CA_FILE", "ca"}}));
}

// The Deployment redpanda-setup, as the operator's golden file has it.
TEST(CommandLine, TakesWhatTheOperatorWrites) {
  std::ifstream file(fakes::source_path("tests/golden/argusdatalayer/full/expected.yaml"));
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::string> words;
  for (const auto& object : base::parse_yaml(text)) {
    if (object.at("kind") != "Deployment") continue;
    for (const auto& container : object["spec"]["template"]["spec"]["containers"]) {
      if (container["name"] == "redpanda-setup") container["args"].get_to(words);
    }
  }
  const Outcome outcome = read({words.begin(), words.end()});
  const auto* options = std::get_if<BrokerOptions>(&outcome.line);
  ASSERT_NE(options, nullptr) << outcome.err;
  EXPECT_TRUE(options->watch);
  EXPECT_EQ(options->service_user, "argus-service");
  EXPECT_EQ(options->groups, (std::vector<std::string>{"argus-cognee-workers"}));
  EXPECT_EQ(options->admin_urls.size(), 3u) << "one a broker";
  EXPECT_EQ(options->health_port, 8080);
  EXPECT_EQ(options->message_file, "/dev/termination-log");
  EXPECT_FALSE(options->memory_file.empty());
  EXPECT_FALSE(options->users_hash.empty());
  EXPECT_FALSE(options->users_salt.empty());
}

TEST(CommandLine, TakesTheClusterToRunIn) {
  const Outcome here = read({"ingest", ".", "--org", "a", "--project", "b"});
  EXPECT_FALSE(std::get<IngestOptions>(here.line).cluster.in_cluster);
  for (const char* command : {"summary", "dump"}) {
    const Outcome there =
        read({"graph", command, "--org", "a", "--project", "b", "--in-cluster", "-n", "data",
              "--kubeconfig", "k", "--context", "c", "--image", "i", "--kubectl", "./kubectl"});
    const auto* options = std::get_if<GraphOptions>(&there.line);
    ASSERT_NE(options, nullptr) << there.err;
    EXPECT_TRUE(options->cluster.in_cluster);
    EXPECT_EQ(options->cluster.ns, "data");
    EXPECT_EQ(options->cluster.kubeconfig, "k");
    EXPECT_EQ(options->cluster.context, "c");
    EXPECT_EQ(options->cluster.image, "i");
    EXPECT_EQ(options->cluster.kubectl, "./kubectl");
  }
}

TEST(CommandLine, SaysWhatIsWrong) {
  expect_wrong({"broker", "ensure"}, "--users-file is required");
  expect_wrong({"broker", "ensure", "--users-file", "u", "--replication-factor", "0"},
               "--replication-factor");
  expect_wrong({"broker", "ensure", "--users-file", "u", "--admin-url", "host:9644"},
               "write http://host:9644");
  expect_wrong({"graph", "dump", "--org", "a", "--project", "b", "--namespace", "x"},
               "requires --in-cluster");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "b", "--in-cluster", "--brokers", "k:1"},
               "leave the options of \"Connection\" out");
  expect_wrong({}, "subcommand");
  expect_wrong({"ingest", ".", "--project", "b"}, "--org is required");
  expect_wrong({"ingest", "--org", "a", "--project", "b"}, "PATH is required");
  expect_wrong({"ingest", ".", "--org", "a_b", "--project", "b"},
               "\"a_b\" is not allowed: write letters, digits and hyphens");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "\x1b[2J"}, "\\x1b[2J");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "b", "--output", "xml"}, "xml");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "b", "--timeout", "0"}, "--timeout");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "b", "--ingestion-id", "a b"},
               "letters, digits, '.', ':' or '-'");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "b", "--repository", "a\nb"},
               "control characters");
  expect_wrong({"ingest", ".", "--org", "a", "--project", "b", "--wait", "--no-wait"}, "excludes");
  expect_wrong({"graph", "summary", "--org", "a", "--project", "b", "--type", "x"}, "--type");
  expect_wrong({"graph", "--org", "a", "--project", "b"}, "subcommand");
}

TEST(CommandLine, HelpNamesSettingsExamplesAndExitCodes) {
  const Outcome help = read({"ingest", "--help"});
  EXPECT_EQ(std::get<int>(help.line), 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("KAFKA_SASL_PASSWORD_FILE"), HasSubstr("Examples:"),
                              HasSubstr("3 timed out"), HasSubstr("the default")));
  EXPECT_THAT(read({"graph", "summary", "--help"}).out, HasSubstr("FALKORDB_HOST"));
  EXPECT_THAT(read({"broker", "ensure", "--help"}).out,
              AllOf(HasSubstr("--admin-url http://localhost:9644"), HasSubstr("left alone")));
  EXPECT_THAT(help.out, AllOf(HasSubstr("--in-cluster"), HasSubstr("pods/attach"),
                              testing::Not(HasSubstr("--over-attach")),
                              testing::Not(HasSubstr("--from-tar"))));
  EXPECT_THAT(read({"--version"}).out, HasSubstr("argusctl "));
  // A password on a command line is readable for everyone.
  EXPECT_THAT(help.out, testing::Not(HasSubstr("--kafka-password")));
}

}  // namespace
}  // namespace argus::cli
