#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "argusdatalayer/plan/write_outcome.h"
#include "argusdatalayer/render_command.h"
#include "base/yaml_reader.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;
using testing::Not;

struct WriteOutcome {
  int status;
  std::string out, error;
};

WriteOutcome render_text(const std::string& text, const RenderOptions& options = {.file = "-"}) {
  std::istringstream in(text);
  std::ostringstream out;
  std::ostringstream error;
  const int status = render_command(options, in, out, error);
  return {status, out.str(), error.str()};
}

constexpr const char* kEmpty =
    "apiVersion: argus.dev/v1alpha1\nkind: ArgusDataLayer\nmetadata: {name: argus}\n";

TEST(RenderCommandTest, PrintsEveryManifestWithPlaceholders) {
  const WriteOutcome outcome = render_text(kEmpty);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.out, HasSubstr("password: \"<generated>\""));
  EXPECT_THAT(outcome.out, HasSubstr("namespace: argus-data\n"));
  EXPECT_THAT(outcome.out, HasSubstr("kind: HorizontalPodAutoscaler"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("ownerReferences")));
  EXPECT_GT(base::parse_yaml(outcome.out).size(), 25U);
}

TEST(RenderCommandTest, TakesNamespaceAndKindsFromItsOptions) {
  const WriteOutcome outcome =
      render_text(kEmpty, {.file = "-", .ns = "elsewhere", .kinds = {.keda = true}});
  EXPECT_THAT(outcome.out, HasSubstr("kind: ScaledObject"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("kind: HorizontalPodAutoscaler")));
  EXPECT_THAT(outcome.out, HasSubstr("redpanda-0.redpanda.elsewhere.svc.cluster.local:9092"));
}

TEST(RenderCommandTest, RefusesWhatTheApiServerRefuses) {
  const WriteOutcome outcome =
      render_text(std::string(kEmpty) + "spec: {redpanda: {replicas: 2}}\n");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error, HasSubstr("spec.redpanda.replicas"));
}

TEST(RenderCommandTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(render_text("a: [").status, 2);
  EXPECT_THAT(render_text("a: [").error, HasSubstr("standard input: line"));
  EXPECT_THAT(render_text("").error, HasSubstr("no resource of kind ArgusDataLayer"));
  EXPECT_THAT(render_text("apiVersion: argus.dev/v2\nkind: ArgusDataLayer\n").error,
              HasSubstr("write argus.dev/v1alpha1"));
  EXPECT_THAT(render_text(std::string(kEmpty) + "---\n" + kEmpty).error,
              HasSubstr("two resources"));
  EXPECT_THAT(render_text("apiVersion: argus.dev/v1alpha1\nkind: ArgusDataLayer\n").error,
              HasSubstr("metadata.name is missing"));
  EXPECT_THAT(render_text("", {.file = "/does/not/exist.yaml"}).error,
              HasSubstr("/does/not/exist.yaml: cannot be opened"));
}

}  // namespace
}  // namespace argus::adl
