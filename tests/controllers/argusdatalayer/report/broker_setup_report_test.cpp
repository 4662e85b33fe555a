#include "argusdatalayer/report/broker_setup_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argus::adl {
namespace {

using State = BrokerSetup::State;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Health kReady{Health::State::kReady, 1, 1, ""};
const Health kWaits{Health::State::kWaiting, 0, 1, "Deployment redpanda-setup: 0 of 1 pods ready"};

kube::SharedObject pod(const char* made, Json container) {
  Json object = Json::object();
  object["metadata"]["name"] = "redpanda-setup-1";
  object["metadata"]["creationTimestamp"] = made;
  container["name"] = "redpanda-setup";
  object["status"]["containerStatuses"] = Json::array({container});
  return std::make_shared<const Json>(std::move(object));
}

kube::SharedObject ended(int code, const std::string& message,
                         const char* made = "2026-11-26T10:00:00Z") {
  Json container = Json::object();
  container["lastState"]["terminated"] = {{"exitCode", code}, {"message", message}};
  container["state"]["running"] = Json::object();
  return pod(made, std::move(container));
}

kube::SharedObject never_ended(const char* made = "2026-11-26T10:00:00Z") {
  return pod(made, {{"state", {{"running", Json::object()}}}});
}

Report brokers() { return {Component::kRedpanda, Truth::kTrue, "Running", "3 of 3 pods ready"}; }
Report with(const BrokerSetup& setup, Report report = brokers()) {
  add_broker_setup(setup, report);
  return report;
}

TEST(BrokerSetupReportTest, ReadyIsInPlaceWhateverItSaidBefore) {
  for (const int code : {1, 3, 4, 137}) {
    const BrokerSetup setup = broker_setup(kReady, {ended(code, "the login is refused")});
    EXPECT_EQ(setup.state, State::kInPlace);
    EXPECT_EQ(with(setup).message, "3 of 3 pods ready");
  }
  EXPECT_EQ(broker_setup(kReady, {}).state, State::kInPlace);
}

TEST(BrokerSetupReportTest, ARemarkIsSaidWhileAllIsWell) {
  const auto remarks = ended(0, "8 topics have 1 copy of 3: raise with rpk");
  for (const Health& health : {kReady, kWaits}) {  // it starts again after a remark
    const Report report = with(broker_setup(health, {remarks}));
    EXPECT_EQ(report.truth, Truth::kTrue);
    EXPECT_FALSE(report.degraded);
    EXPECT_EQ(report.message, "3 of 3 pods ready; 8 topics have 1 copy of 3: raise with rpk");
  }
  EXPECT_EQ(with(broker_setup(kReady, {ended(0, "")})).message, "3 of 3 pods ready");
}

TEST(BrokerSetupReportTest, BeforeItsFirstLookBrokersAreNotReady) {
  const Report report = with(broker_setup(kWaits, {never_ended()}));
  EXPECT_EQ(report.truth, Truth::kFalse);
  EXPECT_EQ(report.reason, "WaitingForSetup");
  EXPECT_FALSE(report.degraded);
  EXPECT_THAT(report.message, HasSubstr("0 of 1 pods ready"));
}

TEST(BrokerSetupReportTest, ARefusedAdminIsSaidWithTheWayOut) {
  const BrokerSetup setup = broker_setup(kWaits, {ended(4, "As admin: refuses the login")});
  Report down = brokers();
  down.truth = Truth::kFalse;
  down.reason = "WaitingForPods";
  for (const Report& before : {brokers(), down}) {
    const Report report = with(setup, before);
    EXPECT_EQ(report.truth, Truth::kFalse);
    EXPECT_EQ(report.reason, "AdminPasswordRefused");
    EXPECT_TRUE(report.degraded);
    EXPECT_THAT(report.message, HasSubstr("the brokers' admin has another password than Secret "
                                          "redpanda-superusers: put the old one back"));
  }
}

TEST(BrokerSetupReportTest, AFailureHasItsOwnWords) {
  for (const int code : {1, 3}) {
    const Report report = with(broker_setup(kWaits, {ended(code, "Topic a cannot be created")}));
    EXPECT_EQ(report.reason, "SetupFailed");
    EXPECT_TRUE(report.degraded);
    EXPECT_THAT(report.message, HasSubstr("Topic a cannot be created"));
  }
  // Killed: what is left is the end of a log, and Kubernetes' own words are better.
  const Health failing{Health::State::kFailing, 0, 1, "container is waiting: CrashLoopBackOff"};
  const Report killed = with(broker_setup(failing, {ended(137, "{\"level\":\"info\"}")}));
  EXPECT_EQ(killed.reason, "SetupFailed");
  EXPECT_THAT(killed.message, AllOf(HasSubstr("CrashLoopBackOff"), Not(HasSubstr("level"))));
}

TEST(BrokerSetupReportTest, BrokersThatDoNotRunAreTheCause) {
  Report down = brokers();
  down.truth = Truth::kFalse;
  down.reason = "WaitingForPods";
  down.message = "StatefulSet redpanda: 1 of 3 pods ready";
  for (const auto& one : {ended(3, "no broker answers"), never_ended()}) {
    const Report report = with(broker_setup(kWaits, {one}), down);
    EXPECT_EQ(report.reason, "WaitingForPods");
    EXPECT_EQ(report.message, "StatefulSet redpanda: 1 of 3 pods ready");
    EXPECT_FALSE(report.degraded);
  }
}

TEST(BrokerSetupReportTest, OnlyTheNewestPodCounts) {
  const auto old = ended(4, "refused", "2026-11-26T10:00:00Z");
  const auto young = never_ended("2026-11-26T10:05:00Z");
  EXPECT_EQ(broker_setup(kWaits, {old, young}).state, State::kWaiting);
  EXPECT_EQ(broker_setup(kWaits, {young, old}).state, State::kWaiting);
}

}  // namespace
}  // namespace argus::adl
