// What a person sees: kubectl apply, get, describe, explain, and argus-operator render.
#include "controllers/argusdatalayer/samples.h"

#include <gmock/gmock.h>
#include "base/run_child.h"
#include "data_layer_test.h"
#include "fakes/places.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;

class KubectlTest : public DataLayerTest {
 protected:
  base::ChildResult render(const std::string& file) {
    return base::run_child({.command = operator_program(),
                            .arguments = {"render", "-f", file, "-n", ns_},
                            .environment = {},
                            .timeout = std::chrono::seconds(30),
                            .output_bytes_max = std::size_t{16} << 20},
                           {});
  }
  static std::string source(const std::string& path) { return fakes::source_path(path); }
};

TEST_F(KubectlTest, InvalidSpecsAreRefusedAtApplyWithASentence) {
  const std::vector<Sample> samples = invalid_samples();
  EXPECT_GE(samples.size(), 20U);
  for (const Sample& invalid : samples) {
    SCOPED_TRACE(invalid.name);
    const KubectlResult result =
        kubectl_.run({"apply", "-n", ns_, "-f",
                      source("tests/golden/argusdatalayer/invalid/" + invalid.name + ".yaml")});
    EXPECT_EQ(result.code, 1);
    ASSERT_FALSE(invalid.refused_at_apply.empty());
    EXPECT_THAT(result.errors, HasSubstr(invalid.refused_at_apply));
  }
  EXPECT_TRUE(client_->list(kind("ArgusDataLayer"), {.ns = ns_}, {}).items.empty());
}

TEST_F(KubectlTest, RenderedManifestsAreAcceptedByTheServer) {
  install_optional_kinds();
  for (const char* name : {"argus", "argus-full"}) {
    SCOPED_TRACE(name);
    const base::ChildResult text = render(source("deploy/samples/" + std::string(name) + ".yaml"));
    ASSERT_EQ(text.code, 0) << text.errors;
    const KubectlResult result = kubectl_.run(
        {"apply", "--dry-run=server", "-f", directory_.write("rendered.yaml", text.output)});
    EXPECT_EQ(result.code, 0) << result.errors;
  }
}

TEST_F(KubectlTest, RenderSaysWhatIsWrongWithAFile) {
  EXPECT_EQ(render("/nowhere/resource.yaml").code, 2);
  EXPECT_THAT(render("/nowhere/resource.yaml").errors, HasSubstr("/nowhere/resource.yaml"));
  EXPECT_EQ(render(directory_.write("text.yaml", "{unclosed: [")).code, 2);
  const Sample invalid = invalid_samples().front();
  const base::ChildResult refused =
      render(source("tests/golden/argusdatalayer/invalid/" + invalid.name + ".yaml"));
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr(invalid.refused_by_checks));
  EXPECT_EQ(refused.output, "");
}

TEST_F(KubectlTest, GetDescribeAndExplainReadWell) {
  const auto process = start_operator();
  ASSERT_TRUE(process->ready()) << process->log();
  apply(sample("argus"));
  ASSERT_TRUE(settles()) << process->log();
  const std::string columns = kubectl_.output({"get", "adl", "-n", ns_});
  EXPECT_THAT(columns, testing::MatchesRegex("NAME +READY +REASON +REDPANDA +WORKER +AGE\n"
                                             "argus +False +WaitingForPods +0/1 +0/1 +[0-9]+s\n"));
  const std::string described = kubectl_.output({"describe", "adl", "argus", "-n", ns_});
  for (const char* part : {"statefulset.apps/redpanda", "WaitingForPods", "Created",
                           "0 of 1 pods ready", "Worker:    0/1"}) {
    EXPECT_THAT(described, HasSubstr(part));
  }
  const std::string explained =
      kubectl_.output({"explain", "argusdatalayer.spec.worker.autoscaling"});
  EXPECT_THAT(explained, HasSubstr("DESCRIPTION:"));
  EXPECT_THAT(explained, testing::Not(HasSubstr("<no description>")));
}

}  // namespace
}  // namespace argus::adl
