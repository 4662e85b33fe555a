#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "argusdatalayer/model/components.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/plan/write_outcome.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/report/change_events.h"
#include "argusdatalayer/report/conditions.h"
#include "argusdatalayer/report/requested_amounts.h"
#include "argusdatalayer/report/status.h"
#include "base/yaml_reader.h"
#include "controllers/argusdatalayer/render_case.h"
#include "kube_object/event_type.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kNow = base::Clock::Wall(std::chrono::seconds(1'795'428'930));
constexpr auto kLater = kNow + std::chrono::hours(1);

Json condition(const Json& status, const std::string& type) {
  for (const Json& candidate : status.at("conditions")) {
    if (candidate.at("type") == type) return candidate;
  }
  return Json::object();
}

// The empty spec; `ready` of its workloads run.
class StatusTest : public testing::Test {
 protected:
  Spec spec_ = parse_spec(Json::object());
  Facts facts_ = test_facts();
  Json resource_ = Json::parse(R"({"metadata": {"name": "argus", "generation": 7}})");
  bool running_ = true;
  std::set<std::string> down_;  // workloads that do not run when the others do
  std::vector<WriteOutcome> outcomes_;
  std::vector<Waiting> waiting_;
  std::vector<SecretIssue> issues_;
  base::Clock::Wall now_ = kNow;

  [[nodiscard]] kube::SharedObject live(const Json& wanted) const {
    Json object = wanted;
    object["metadata"]["generation"] = 1;
    const std::string kind = object.at("kind");
    if (kind == "StatefulSet" || kind == "Deployment") {
      const bool up = running_ && down_.count(kube::key_of(wanted).name) == 0;
      const int count = up ? object["spec"].value("replicas", 1) : 0;
      object["status"] = {{"observedGeneration", 1},
                          {"readyReplicas", count},
                          {"availableReplicas", count},
                          {"updatedReplicas", count}};
    }
    return std::make_shared<const Json>(std::move(object));
  }

  [[nodiscard]] Json status() const {
    const std::vector<Json> wanted = render(spec_, facts_);
    return make_status({.layer = resource_,
                        .spec = spec_,
                        .facts = facts_,
                        .wanted = wanted,
                        .find =
                            [&](const kube::GroupVersionKind& kind, const std::string& name) {
                              for (const Json& object : wanted) {
                                if (object.at("kind") == kind.kind &&
                                    kube::key_of(object).name == name) {
                                  return live(object);
                                }
                              }
                              return kube::SharedObject();
                            },
                        .pods = [](std::string_view) { return std::vector<kube::SharedObject>(); },
                        .outcomes = outcomes_,
                        .waiting = waiting_,
                        .issues = issues_,
                        .now = now_});
  }
};

TEST_F(StatusTest, WhereEverythingRunsTheResourceIsReady) {
  const Json now = status();
  EXPECT_EQ(now.at("observedGeneration"), 7);
  EXPECT_EQ(condition_status(now, "Ready"), "True");
  EXPECT_EQ(condition_status(now, "Progressing"), "False");
  EXPECT_EQ(condition_status(now, "Degraded"), "False");
  EXPECT_EQ(now.at("summary").at("redpanda"), "1/1");
  EXPECT_EQ(now.at("inventory").size(), render(spec_, facts_).size());
}

TEST_F(StatusTest, WhatIsOnItsWayIsNotDegraded) {
  running_ = false;
  const Json now = status();
  EXPECT_EQ(condition_status(now, "Ready"), "False");
  EXPECT_EQ(condition_status(now, "Progressing"), "True");
  EXPECT_EQ(condition_status(now, "Degraded"), "False");
  EXPECT_EQ(condition(now, "RedpandaReady").at("reason"), "WaitingForPods");
}

TEST_F(StatusTest, AFailedWriteIsInItsOwnConditionAndTheOthersStay) {
  outcomes_.push_back({.action = Write::Action::kCreate,
                       .component = Component::kValkey,
                       .object = "Service valkey",
                       .because = {},
                       .error = "quota exceeded"});
  const Json now = status();
  EXPECT_EQ(condition(now, "ValkeyReady").at("reason"), "ApplyFailed");
  EXPECT_EQ(condition(now, "ValkeyReady").at("message"), "Service valkey: quota exceeded");
  EXPECT_EQ(condition_status(now, "FalkorDBReady"), "True");
  EXPECT_EQ(condition(now, "Ready").at("reason"), "ApplyFailed");
  EXPECT_EQ(condition(now, "Degraded").at("message"), "Valkey: Service valkey: quota exceeded");
}

TEST_F(StatusTest, WhatNeedsSomebodyIsNamedBeforeWhatOnlyTakesTime) {
  running_ = false;
  issues_.push_back({SecretIssue::Kind::kMissing, "a", "Secret a is missing"});
  const Json now = status();
  EXPECT_EQ(condition(now, "Ready").at("reason"), "SecretMissing");
  EXPECT_THAT(condition(now, "Ready").at("message").get<std::string>(),
              AllOf(HasSubstr("Secrets: Secret a is missing"), HasSubstr("Redpanda: ")));
}

TEST_F(StatusTest, AMissingFlinkOperatorIsSaidAndAMissingKedaHoldsNothingUp) {
  spec_.flink.enabled = true;
  const Json now = status();
  EXPECT_EQ(condition(now, "Ready").at("reason"), "FlinkOperatorMissing");
  EXPECT_EQ(condition(now, "AutoscalingReady").at("reason"), "KedaMissing");
  EXPECT_THAT(condition(now, "Degraded").at("message").get<std::string>(), Not(HasSubstr("KEDA")));
}

TEST_F(StatusTest, AnExporterThatDoesNotRunIsSaidAndHoldsNothingUp) {
  EXPECT_EQ(condition(status(), "MonitoringReady").at("message"), "the exporters are ready");
  down_ = {"valkey-exporter"};
  const Json now = status();
  EXPECT_EQ(condition(now, "MonitoringReady").at("reason"), "WaitingForPods");
  EXPECT_THAT(condition(now, "MonitoringReady").at("message").get<std::string>(),
              HasSubstr("Deployment valkey-exporter: 0 of 1 pods ready"));
  EXPECT_EQ(condition_status(now, "ValkeyReady"), "True");
  EXPECT_EQ(condition_status(now, "Ready"), "True");
  spec_.monitoring.enabled = false;
  EXPECT_TRUE(condition(status(), "MonitoringReady").empty());
}

TEST_F(StatusTest, AnImageThatIsOlderThanWhatWasTriedIsSaid) {
  spec_.falkordb.image = "falkordb/falkordb:v4.4.1";
  spec_.monitoring.exporter.image = "oliver006/redis_exporter:v1.66.0";
  const Json now = status();
  EXPECT_EQ(condition(now, "FalkorDBReady").at("message"),
            "1 of 1 pods ready; image falkordb/falkordb:v4.4.1 is older than v4.16.3, which this "
            "operator was tried with");
  EXPECT_EQ(
      condition(now, "MonitoringReady").at("message"),
      "the exporters are ready; image oliver006/redis_exporter:v1.66.0 is older than v1.69.0, "
      "which this operator was tried with");
  EXPECT_EQ(condition_status(now, "Ready"), "True");
  EXPECT_EQ(condition(now, "ValkeyReady").at("message"), "1 of 1 pods ready");
}

TEST_F(StatusTest, PausedIsSaid) {
  spec_.paused = true;
  EXPECT_EQ(condition(status(), "Progressing").at("reason"), "Paused");
}

TEST_F(StatusTest, ATimeMovesOnlyWithItsCondition) {
  resource_["status"] = status();
  now_ = kLater;
  EXPECT_EQ(status(), resource_["status"]) << "nothing changed: no write";
  running_ = false;
  const Json now = status();
  EXPECT_EQ(condition(now, "Ready").at("lastTransitionTime"), base::to_rfc3339(kLater));
  EXPECT_EQ(condition(now, "SecretsReady").at("lastTransitionTime"), base::to_rfc3339(kNow));
}

TEST_F(StatusTest, TheOrderOfListsDoesNotCount) {
  const Json one = status();
  Json other = one;
  for (const char* list : {"conditions", "components", "requested", "inventory"}) {
    std::reverse(other[list].begin(), other[list].end());
  }
  EXPECT_NE(one, other);
  EXPECT_TRUE(same_status(one, other));
  other["conditions"][0]["message"] = "another";
  EXPECT_FALSE(same_status(one, other));
  EXPECT_FALSE(same_status(one, Json()));
}

TEST_F(StatusTest, ALongMessageIsCutBetweenCharacters) {
  Conditions conditions(Json(), 1, kNow);
  std::string message(4095, 'x');
  message += "\xC3\xA4 and more";
  conditions.set("Ready", Truth::kFalse, "Long", message);
  EXPECT_EQ(conditions.take().at(0).at("message"), std::string(4095, 'x'));
}

TEST_F(StatusTest, WhatExceedsTheQuotaIsSaidAndHoldsNothingUp) {
  spec_.guardrails.quota.requests_cpu = *Quantity::parse("100m");
  const Json now = status();
  EXPECT_EQ(condition(now, "GuardrailsReady").at("reason"), "QuotaExceeded");
  EXPECT_THAT(condition(now, "GuardrailsReady").at("message").get<std::string>(),
              AllOf(HasSubstr("requests.cpu: up to "), HasSubstr("the quota allows 100m"),
                    HasSubstr("raise spec.guardrails.quota")));
  EXPECT_EQ(condition_status(now, "Ready"), "True");
}

TEST(RequestedTest, AsksForTheLargestThatMayRunAtOnce) {
  Spec spec = parse_spec(Json::object());
  const auto claims = [&] { return requested_amounts(spec, false).back().requested.to_string(); };
  EXPECT_EQ(claims(), "3");
  spec.redpanda.replicas = 3;
  EXPECT_EQ(claims(), "5");
  const Quantity before = requested_amounts(spec, false).front().requested;
  spec.worker.autoscaling.max_replicas += 2;
  const Quantity after = requested_amounts(spec, false).front().requested;
  EXPECT_EQ(after, before + spec.worker.resources.cpu_request * 2);
  spec.guardrails.enabled = false;
  EXPECT_FALSE(requested_amounts(spec, false).front().exceeds());
}

TEST(ChangeEventsTest, OneForEachPartAndSortOfChange) {
  const auto outcome = [](Write::Action action, Component component, const char* object) {
    return WriteOutcome{.action = action,
                        .component = component,
                        .object = object,
                        .because = {},
                        .error = std::nullopt};
  };
  std::vector<WriteOutcome> outcomes = {
      outcome(Write::Action::kCreate, Component::kValkey, "ConfigMap valkey-config"),
      outcome(Write::Action::kCreate, Component::kValkey, "Service valkey"),
      outcome(Write::Action::kUpdate, Component::kWorker, "Deployment cognee-worker"),
      outcome(Write::Action::kGiveReplicas, Component::kWorker, "Deployment cognee-worker"),
      outcome(Write::Action::kDelete, Component::kFlink, "Role flink")};
  outcomes[2].because = {"spec.template"};
  outcomes[4].error = "forbidden";
  const std::vector<ChangeEvent> events = change_events(outcomes);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].reason, "Created");
  EXPECT_EQ(events[0].message, "Valkey: ConfigMap valkey-config, Service valkey");
  EXPECT_EQ(events[1].message, "Worker: Deployment cognee-worker (spec.template)");
  EXPECT_EQ(events[2].reason, "ApplyFailed");
  EXPECT_EQ(events[2].type, kube::EventType::kWarning);
  EXPECT_TRUE(change_events({}).empty());
}

}  // namespace
}  // namespace argus::adl
