// What somebody deletes or edits by hand is back within two seconds, for every object.
#include <gtest/gtest.h>

#include <chrono>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/render/object_frame.h"
#include "canonical.h"
#include "data_layer_test.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using Steady = std::chrono::steady_clock;

// An edit, by a merge patch, of something in each kind that is ours.
const std::map<std::string, const char*>& edits() {
  static const std::map<std::string, const char*> kEdits = {
      {"ResourceQuota", R"({"spec": {"hard": {"requests.cpu": "1"}}})"},
      {"LimitRange", R"({"spec": {"limits": [{"type": "Pod", "max": {"cpu": "1"}}]}})"},
      {"NetworkPolicy", R"({"spec": {"podSelector": {"matchLabels": {"a": "b"}}}})"},
      {"ConfigMap", R"({"data": null})"},
      {"Service", R"({"spec": {"selector": {"app.kubernetes.io/name": "nobody"}}})"},
      {"PodDisruptionBudget", R"({"spec": {"maxUnavailable": 3}})"},
      {"StatefulSet", R"({"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 7}}}})"},
      {"Deployment", R"({"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 7}}}})"},
      {"ServiceAccount", R"({"automountServiceAccountToken": null})"},
      {"TriggerAuthentication", R"({"spec": {"secretTargetRef": []}})"},
      {"ScaledObject", R"({"spec": {"maxReplicaCount": 99}})"},
      {"Role", R"({"rules": []})"},
      {"RoleBinding", R"({"subjects": []})"},
      {"FlinkDeployment", R"({"spec": {"image": "flink:latest"}})"}};
  return kEdits;
}

Json edit(const Json& object) {
  if (object.at("kind") != "Secret") return Json::parse(edits().at(object.at("kind")));
  Json change = Json::object();
  change["data"][object.at("data").begin().key()] = "eA==";
  return change;
}

class DriftTest : public DataLayerTest {
 protected:
  void run(const Json& layer) {
    operator_ = start_operator();
    ASSERT_TRUE(operator_->ready()) << operator_->log();
    apply(layer);
    ASSERT_TRUE(settles()) << operator_->log();
  }

  // Everything but the generated credentials, which stay as they are found.
  std::vector<Identity> repaired() {
    std::vector<Identity> result;
    for (const Identity& identity : inventory()) {
      if (!is_credential(*find(identity.first, identity.second))) result.push_back(identity);
    }
    return result;
  }

  // What is asked for in an object, without whose it is and when it was made.
  static Json wish(Json object) {
    object = content(std::move(object));
    for (const char* field : {"uid", "creationTimestamp"}) object["metadata"].erase(field);
    for (const char* field : {"clusterIP", "clusterIPs"}) {
      if (object["kind"] == "Service" && object["spec"].value("clusterIP", "") != "None") {
        object["spec"].erase(field);
      }
    }
    object["metadata"]["annotations"].erase("deployment.kubernetes.io/revision");
    return object;
  }

  void expect_back(const Identity& identity, const Json& before, const std::string& other_than,
                   Steady::time_point start) {
    const bool back = fakes::eventually([&] {
      const std::optional<Json> live = find(identity.first, identity.second);
      return live && kube::uid_of(*live) != other_than && wish(*live) == wish(before);
    });
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - start);
    ASSERT_TRUE(back)
        << wish(find(identity.first, identity.second).value_or(Json::object())).dump(1)
        << wish(before).dump(1);
    EXPECT_LT(took.count(), kRepairTime.count());
    longest_ = std::max(longest_, took);
  }

  void delete_and_edit_everything() {
    for (const Identity& identity : repaired()) {
      SCOPED_TRACE(identity.first + " " + identity.second);
      const Json before = *find(identity.first, identity.second);
      auto start = Steady::now();
      remove(identity.first, identity.second);
      expect_back(identity, before, kube::uid_of(before), start);
      const Json made = *find(identity.first, identity.second);
      start = Steady::now();
      patch(identity.first, identity.second, edit(made));
      expect_back(identity, made, "", start);
      start = Steady::now();
      patch(identity.first, identity.second,
            Json::parse(R"({"metadata": {"labels": {"app.kubernetes.io/part-of": "x"}}})"));
      expect_back(identity, made, "", start);
    }
    RecordProperty("longest_repair_ms", static_cast<int>(longest_.count()));
  }

  std::unique_ptr<OperatorProcess> operator_;
  std::chrono::milliseconds longest_{0};
};

TEST_F(DriftTest, EveryObjectOfTheFullSampleIsBackWithinTwoSeconds) {
  install_optional_kinds();
  run(sample("argus-full"));
  EXPECT_GE(repaired().size(), 35U);
  delete_and_edit_everything();
}

}  // namespace
}  // namespace argus::adl
