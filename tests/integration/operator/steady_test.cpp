// A data layer in which nothing changes costs no write: counted at the API server.

#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "data_layer_test.h"

namespace argus::adl {
namespace {

class SteadyTest : public DataLayerTest {
 protected:
  void SetUp() override {
    install_optional_kinds();
    operator_ = start_operator();
    ASSERT_TRUE(operator_->ready()) << operator_->log();
    apply(sample("argus-full"));
    ASSERT_TRUE(settles()) << operator_->log();
    ASSERT_EQ(inventory().size(), rendered(sample("argus-full")).size());
    audit_->forget();
    reconciles_ = operator_->reconciles();
    ASSERT_GT(reconciles_, 0);
  }

  // Another reconcile ran than those before, and the operator wrote nothing.
  void expect_reconcile_without_writes() {
    EXPECT_TRUE(fakes::eventually([&] { return operator_->reconciles() > reconciles_; }));
    EXPECT_TRUE(audit_->falls_silent(kSilence));
    EXPECT_EQ(to_string(audit_->writes()), "");
    reconciles_ = operator_->reconciles();
  }

  std::unique_ptr<OperatorProcess> operator_;
  double reconciles_ = 0;
};

TEST_F(SteadyTest, ReconcilingAgainWritesNothing) {
  patch("ArgusDataLayer", "argus", Json::parse(R"({"metadata": {"annotations": {"note": "1"}}})"));
  expect_reconcile_without_writes();
  // Of each kind, an object that others touch in fields that are not ours.
  for (const Identity& identity : inventory()) {
    if (identity.first == "Secret") continue;
    SCOPED_TRACE(identity.first + " " + identity.second);
    patch(identity.first, identity.second,
          Json::parse(R"({"metadata": {"labels": {"example.com/note": "1"}}})"));
    ASSERT_TRUE(fakes::eventually([&] { return operator_->reconciles() > reconciles_; }));
    reconciles_ = operator_->reconciles();
  }
  EXPECT_TRUE(audit_->falls_silent(kSilence));
  EXPECT_EQ(to_string(audit_->writes()), "");
}

TEST_F(SteadyTest, APodThatReportsSomethingElseWritesNothing) {
  ASSERT_TRUE(fakes::eventually([&] { return find("Pod", "redpanda-0").has_value(); }));
  const Json change = Json::parse(
      R"({"status": {"conditions": [{"type": "example.com/Checked", "status": "True"}]}})");
  client_->merge_patch(kind("Pod"), {ns_, "redpanda-0"}, change, "operator-test", "status", {});
  expect_reconcile_without_writes();
}

TEST_F(SteadyTest, ARestartWritesNothing) {
  EXPECT_EQ(operator_->stop(SIGTERM), 0) << operator_->log();
  operator_ = start_operator();
  ASSERT_TRUE(operator_->ready()) << operator_->log();
  reconciles_ = 0;
  expect_reconcile_without_writes();
}

}  // namespace
}  // namespace argus::adl
