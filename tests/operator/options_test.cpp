#include "operator/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace argus::op {
namespace {

using Line = std::variant<RunOptions, adl::RenderOptions, int>;
using testing::HasSubstr;

Line read(std::vector<std::string> words) {
  words.insert(words.begin(), "argus-operator");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return read_command_line(static_cast<int>(arguments.size()), arguments.data());
}

// What is said on standard error about a line that is wrong; the exit status must be 2.
std::string refusal(const std::vector<std::string>& words) {
  testing::internal::CaptureStderr();
  const Line line = read(words);
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::get<int>(line), 2) << text;
  return text;
}

class OptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"POD_NAME", "POD_NAMESPACE", "ARGUS_WATCH_NAMESPACES", "ARGUS_IMAGE_WORKER",
          "ARGUS_HEALTH_PORT", "ARGUS_LOG_LEVEL", "ARGUS_API_SERVER_ADDRESSES"}) {
      unsetenv(name);
    }
  }
  void TearDown() override { SetUp(); }
};

TEST_F(OptionsTest, DefaultsAreThoseOfAPod) {
  const auto run = std::get<RunOptions>(read({"run"}));
  EXPECT_TRUE(run.namespaces.empty()) << "all";
  EXPECT_TRUE(run.leader_elect);
  EXPECT_EQ(run.lease_duration, std::chrono::seconds(15));
  EXPECT_EQ(run.health_port, 8081);
  EXPECT_EQ(run.log_level, base::LogLevel::kInfo);
  EXPECT_EQ(run.installation.images.redpanda, adl::Images().redpanda);
}

TEST_F(OptionsTest, TheLineSaysEverything) {
  const auto run = std::get<RunOptions>(
      read({"run", "--kubeconfig", "/k", "-n", "one", "--namespace", "two,three",
            "--no-leader-elect", "--health-port", "0", "--workers", "4", "--log-level", "debug",
            "--image-worker", "worker:1", "--api-server-address", "203.0.113.1/32"}));
  EXPECT_EQ(run.kubeconfig, "/k");
  EXPECT_EQ(run.namespaces, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_FALSE(run.leader_elect);
  EXPECT_EQ(run.health_port, 0);
  EXPECT_EQ(run.workers, 4);
  EXPECT_EQ(run.log_level, base::LogLevel::kDebug);
  EXPECT_EQ(run.installation.images.worker, "worker:1");
  EXPECT_EQ(run.installation.api_server_addresses, std::vector<std::string>{"203.0.113.1/32"});
}

TEST_F(OptionsTest, TheEnvironmentOfAPodIsReadAndTheLineWins) {
  setenv("POD_NAMESPACE", "argus-system", 1);
  setenv("POD_NAME", "pod-1", 1);
  setenv("ARGUS_WATCH_NAMESPACES", "one,two", 1);
  setenv("ARGUS_IMAGE_WORKER", "worker:environment", 1);
  setenv("ARGUS_LOG_LEVEL", "warning", 1);
  auto run = std::get<RunOptions>(read({"run"}));
  EXPECT_EQ(run.lease_namespace, "argus-system");
  EXPECT_EQ(run.identity, "pod-1");
  EXPECT_EQ(run.namespaces, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(run.installation.images.worker, "worker:environment");
  EXPECT_EQ(run.log_level, base::LogLevel::kWarning);
  run = std::get<RunOptions>(read({"run", "--image-worker", "worker:line", "-n", "three"}));
  EXPECT_EQ(run.installation.images.worker, "worker:line");
  EXPECT_EQ(run.namespaces, std::vector<std::string>{"three"});
}

TEST_F(OptionsTest, RenderAssumesEverythingIsInstalledUnlessToldOtherwise) {
  auto render = std::get<adl::RenderOptions>(read({"render", "-f", "layer.yaml", "-n", "ns"}));
  EXPECT_EQ(render.file, "layer.yaml");
  EXPECT_EQ(render.ns, "ns");
  EXPECT_TRUE(render.kinds.keda);
  EXPECT_TRUE(render.kinds.flink);
  render = std::get<adl::RenderOptions>(
      read({"render", "-f", "-", "--without-keda", "--without-flink"}));
  EXPECT_FALSE(render.kinds.keda);
  EXPECT_FALSE(render.kinds.flink);
}

TEST_F(OptionsTest, AWrongLineIsSaidWithWhatIsRight) {
  EXPECT_THAT(refusal({}), HasSubstr("subcommand is required"));
  EXPECT_THAT(refusal({"render"}), HasSubstr("--filename is required"));
  EXPECT_THAT(refusal({"run", "--nonsense"}), HasSubstr("--nonsense"));
  EXPECT_THAT(refusal({"run", "--workers", "0"}), HasSubstr("--workers"));
  EXPECT_THAT(refusal({"run", "--health-port", "70000"}), HasSubstr("--health-port"));
  EXPECT_THAT(refusal({"run", "--log-level", "loud"}), HasSubstr("--log-level"));
  EXPECT_THAT(refusal({"run", "--lease-duration", "5"}),
              HasSubstr("must be longer than --renew-deadline"));
  EXPECT_THAT(refusal({"run", "--retry-period", "9"}),
              HasSubstr("longer than 1.2 times --retry-period"));
}

TEST_F(OptionsTest, HelpAndVersionAreNoMistake) {
  for (const char* flag : {"--help", "--version"}) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(std::get<int>(read({flag})), 0);
    EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("argus-operator"));
  }
}

}  // namespace
}  // namespace argus::op
