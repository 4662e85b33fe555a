#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/plan/difference.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"
#include "controllers/argusdatalayer/render_case.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using Action = Write::Action;
using testing::HasSubstr;
using testing::IsEmpty;

// A cluster in which everything that the empty spec asks for is as it was applied.
class PlanTest : public testing::Test {
 protected:
  Spec spec_ = parse_spec(Json::object());
  Facts facts_ = test_facts();
  std::map<std::pair<std::string, std::string>, Json> live_;

  void SetUp() override {
    for (const Json& manifest : render(spec_, facts_)) put(with_applied_hash(manifest));
  }
  void put(Json object) {
    object["metadata"]["uid"] = "uid-" + kube::key_of(object).name;
    object["metadata"]["resourceVersion"] = "1";
    const std::pair identity(object.at("kind").get<std::string>(), kube::key_of(object).name);
    live_[identity] = std::move(object);
  }
  Json& at(const std::string& kind, const std::string& name) { return live_.at({kind, name}); }

  [[nodiscard]] World world() const {
    World world;
    world.find = [this](const kube::GroupVersionKind& kind, const std::string& name) {
      const auto found = live_.find({kind.kind, name});
      return found == live_.end() ? nullptr : std::make_shared<const Json>(found->second);
    };
    for (const auto& [identity, object] : live_) {
      const auto owner = kube::controller_of(object);
      if (owner && owner->uid == facts_.uid) {
        world.owned.push_back(std::make_shared<const Json>(object));
      }
    }
    return world;
  }
  [[nodiscard]] Plan plan() const { return make_plan(render(spec_, facts_), world(), facts_); }
  static std::vector<std::pair<Action, std::string>> actions(const Plan& plan) {
    std::vector<std::pair<Action, std::string>> result;
    for (const Write& write : plan.writes) {
      result.emplace_back(write.action, describe(write.object));
    }
    return result;
  }
  using Actions = std::vector<std::pair<Action, std::string>>;
};

TEST_F(PlanTest, WhatIsAsItShouldBeIsLeftAlone) {
  EXPECT_THAT(plan().writes, IsEmpty());
  EXPECT_THAT(plan().waiting, IsEmpty());
}

TEST_F(PlanTest, AnEmptyNamespaceGetsEverythingInRendersOrder) {
  live_.clear();
  const std::vector<Json> wanted = render(spec_, facts_);
  const Plan all = plan();
  ASSERT_EQ(all.writes.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(all.writes[i].object, wanted[i]);
    EXPECT_EQ(all.writes[i].action,
              is_credential(wanted[i]) ? Action::kCreateOnly : Action::kCreate);
  }
}

TEST_F(PlanTest, AFieldThatWasEditedIsNamed) {
  at("Service", "valkey")["spec"]["ports"][0]["port"] = 1;
  const Plan repair = plan();
  EXPECT_EQ(actions(repair), (Actions{{Action::kUpdate, "Service valkey"}}));
  EXPECT_THAT(repair.writes.at(0).because, testing::Contains(HasSubstr("spec.ports")));
}

TEST_F(PlanTest, ADifferenceThatTheServerKeepsIsNotAppliedAgain) {
  at("Service", "valkey")["spec"]["ports"][0]["port"] = 1;
  World unchanging = world();
  unchanging.settled = [](const Json& wanted, const Json&, const std::vector<std::string>&) {
    return describe(wanted) == "Service valkey";
  };
  EXPECT_THAT(make_plan(render(spec_, facts_), unchanging, facts_).writes, IsEmpty());
}

TEST_F(PlanTest, ACredentialIsNeverOverwritten) {
  at("Secret", "falkordb-auth")["data"] = Json::object();
  EXPECT_THAT(plan().writes, IsEmpty());
}

TEST_F(PlanTest, ACredentialIsNeverPruned) {
  spec_.valkey.mode = Mode::kDisabled;
  at("Secret", "valkey-auth")["metadata"]["ownerReferences"] = owner_references(facts_);
  for (const auto& [action, object] : actions(plan())) {
    EXPECT_NE(object, "Secret valkey-auth");
    if (action == Action::kDelete) {
      EXPECT_THAT(object, HasSubstr("valkey"));
    }
  }
}

TEST_F(PlanTest, AServerIsNotStartedWithoutItsPassword) {
  live_.erase({"StatefulSet", "falkordb"});
  facts_.credentials.falkordb.clear();
  const Plan without = plan();
  EXPECT_THAT(actions(without), testing::Not(testing::Contains(std::pair(
                                    Action::kCreate, std::string("StatefulSet falkordb")))));
  ASSERT_EQ(without.waiting.size(), 1U);
  EXPECT_EQ(without.waiting[0].message,
            "StatefulSet falkordb is waiting for the password in Secret falkordb-auth");
}

TEST_F(PlanTest, NobodyIsStartedOrRolledWithASecretThatIsMalformed) {
  facts_.unusable_secrets = {"valkey-auth"};
  EXPECT_THAT(plan().writes, IsEmpty());
  EXPECT_THAT(plan().waiting, IsEmpty()) << "nothing was to change";
  live_.erase({"Deployment", "valkey-exporter"});
  spec_.valkey.image = "valkey/valkey:8.1.3-alpine";
  const Plan held = plan();
  EXPECT_THAT(held.writes, IsEmpty());
  ASSERT_EQ(held.waiting.size(), 2U);
  EXPECT_EQ(
      held.waiting[0].message,
      "StatefulSet valkey waits until Secret valkey-auth is corrected; SecretsReady says how");
  EXPECT_EQ(held.waiting[0].component, Component::kValkey);
  EXPECT_EQ(held.waiting[1].component, Component::kMonitoring);
  facts_.unusable_secrets.clear();
  EXPECT_EQ(actions(plan()), (Actions{{Action::kUpdate, "StatefulSet valkey"},
                                      {Action::kCreate, "Deployment valkey-exporter"}}));
}

TEST_F(PlanTest, WhatIsBeingDeletedIsWaitedForAndItsFinalizerNamed) {
  Json& metadata = at("Service", "valkey")["metadata"];
  metadata["deletionTimestamp"] = "2026-11-24T02:00:00Z";
  metadata["finalizers"] = {"example.com/hold"};
  const Plan waits = plan();
  EXPECT_THAT(waits.writes, IsEmpty());
  ASSERT_EQ(waits.waiting.size(), 1U);
  EXPECT_THAT(waits.waiting[0].message, HasSubstr("is waiting for finalizer example.com/hold"));
}

TEST_F(PlanTest, OnlyWhatWeControlIsPruned) {
  Json foreign = at("Service", "valkey");
  foreign["metadata"]["name"] = "somebody-elses";
  foreign["metadata"]["ownerReferences"][0]["uid"] = "another";
  put(foreign);
  Json left_over = at("Service", "valkey");
  left_over["metadata"]["name"] = "left-over";
  put(left_over);
  EXPECT_EQ(actions(plan()), (Actions{{Action::kDelete, "Service left-over"}}));
}

TEST_F(PlanTest, KedaTakesOurAutoscalerInsteadOfItsDeletion) {
  facts_.kinds.keda = true;
  const Actions all = actions(plan());
  EXPECT_THAT(
      all, testing::Contains(std::pair(
               Action::kHandOver, "HorizontalPodAutoscaler " + std::string("cognee-worker-hpa"))));
  for (const auto& [action, object] : all) EXPECT_NE(action, Action::kDelete) << object;
}

TEST_F(PlanTest, ReplicasAreGivenAwayBeforeTheyAreNoLongerSet) {
  at("Deployment", "cognee-worker")["spec"]["replicas"] = 4;
  at("Deployment",
     "cognee-worker")["metadata"]["annotations"][std::string(kAppliedHashAnnotation)] =
      "of a manifest with replicas";
  EXPECT_EQ(actions(plan()), (Actions{{Action::kGiveReplicas, "Deployment cognee-worker"},
                                      {Action::kUpdate, "Deployment cognee-worker"}}));
}

}  // namespace
}  // namespace argus::adl
