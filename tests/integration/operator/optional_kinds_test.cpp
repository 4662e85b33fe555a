// KEDA and Flink may come and go while the operator runs: said in a condition, picked up in
// seconds.

#include <gmock/gmock.h>

#include "argusdatalayer/model/json.h"
#include "data_layer_test.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;

class OptionalKindsTest : public DataLayerTest {
 protected:
  void SetUp() override {
    remove_definitions(keda());
    remove_definitions(flink());
    operator_ = start_operator();
    ASSERT_TRUE(operator_->ready()) << "a kind that is missing is no reason: " << operator_->log();
    apply(sample("argus-full"));
    ASSERT_TRUE(settles()) << operator_->log();
  }
  void TearDown() override { install_optional_kinds(); }

  static std::string keda() { return test_environment("ARGUS_TEST_KEDA_CRDS"); }
  static std::string flink() { return test_environment("ARGUS_TEST_FLINK_CRDS"); }

  std::string message(const std::string& type) { return condition(type).value("message", ""); }
  // "within seconds"
  [[nodiscard]] static bool soon(const std::function<bool()>& condition) {
    return fakes::eventually(condition, std::chrono::seconds(10));
  }

  std::unique_ptr<OperatorProcess> operator_;
};

TEST_F(OptionalKindsTest, KedaIsUsedFromWhenItIsInstalledUntilItIsRemoved) {
  EXPECT_EQ(reason("AutoscalingReady"), "KedaMissing");
  EXPECT_THAT(message("AutoscalingReady"),
              HasSubstr("KEDA is not installed (no CRD scaledobjects"));
  const std::optional<Json> hpa = find("HorizontalPodAutoscaler", "cognee-worker-hpa");
  ASSERT_TRUE(hpa);
  remove("HorizontalPodAutoscaler", "cognee-worker-hpa");
  EXPECT_TRUE(fakes::eventually(
      [&] {
        const std::optional<Json> again = find("HorizontalPodAutoscaler", "cognee-worker-hpa");
        return again && kube::uid_of(*again) != kube::uid_of(*hpa);
      },
      std::chrono::duration_cast<std::chrono::seconds>(kRepairTime)));
  EXPECT_THAT(condition("Degraded").at("message").get<std::string>(),
              testing::Not(HasSubstr("KEDA")))
      << "an autoscaler replaces it";

  install_definitions(keda());
  EXPECT_TRUE(soon([&] {
    return find("ScaledObject", "cognee-worker-scaledobject") &&
           find("TriggerAuthentication", "keda-kafka-auth") && find("Secret", "keda-kafka-secrets");
  })) << operator_->log();
  EXPECT_TRUE(soon([&] { return reason("AutoscalingReady") == "KedaSilent"; }));
  // KEDA takes the autoscaler that is there: the worker is not without one for a moment.
  const std::optional<Json> handed = find("HorizontalPodAutoscaler", "cognee-worker-hpa");
  ASSERT_TRUE(handed);
  ASSERT_TRUE(kube::controller_of(*handed));
  EXPECT_EQ(kube::controller_of(*handed)->kind, "ScaledObject");

  remove_definitions(keda());
  const std::string uid = kube::uid_of(*find("ArgusDataLayer", "argus"));
  EXPECT_TRUE(soon([&] {
    const std::optional<Json> ours = find("HorizontalPodAutoscaler", "cognee-worker-hpa");
    return ours && kube::controller_of(*ours) && kube::controller_of(*ours)->uid == uid;
  })) << operator_->log();
  EXPECT_TRUE(soon([&] { return reason("AutoscalingReady") == "KedaMissing"; }));
  EXPECT_EQ(operator_->probe("/readyz"), 200);
}

TEST_F(OptionalKindsTest, FlinkIsWaitedForAndPickedUp) {
  EXPECT_EQ(reason("FlinkReady"), "FlinkOperatorMissing");
  EXPECT_THAT(message("FlinkReady"), HasSubstr("install it, or write flink.enabled: false"));
  EXPECT_THAT(condition("Ready").at("message").get<std::string>(),
              HasSubstr("the Flink Kubernetes operator is not installed"));

  install_definitions(flink());
  EXPECT_TRUE(soon([&] { return find("FlinkDeployment", "argus-flink").has_value(); }))
      << operator_->log();
  EXPECT_TRUE(soon([&] { return reason("FlinkReady") == "WaitingForPods"; }));

  remove_definitions(flink());
  EXPECT_TRUE(soon([&] { return reason("FlinkReady") == "FlinkOperatorMissing"; }));
  EXPECT_EQ(operator_->probe("/readyz"), 200);
}

}  // namespace
}  // namespace argus::adl
