// Golden files: what every object of a data layer looks like. UPDATE_GOLDEN=1 writes them anew;
// where CI is set that is refused, so that a change of them is always looked at. Then properties
// that must hold whatever the spec says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/quantity.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "argusdatalayer/render/yaml_writer.h"
#include "controllers/argusdatalayer/render_case.h"

namespace argus::adl {
namespace {

std::string title(const Json& object) {
  return object.at("kind").get<std::string>() + "/" +
         object.at("metadata").at("name").get<std::string>();
}

const Json* pod_template_of(const Json& object) {
  const Json::json_pointer path(object.at("kind") == "FlinkDeployment" ? "/spec/podTemplate"
                                                                       : "/spec/template");
  return object.contains(path) ? &object.at(path) : nullptr;
}

std::vector<Json> containers_of(const Json& pod_template) {
  std::vector<Json> result;
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : pod_template.at("spec").value(list, Json::array())) {
      result.push_back(container);
    }
  }
  return result;
}

class RenderTest : public testing::TestWithParam<RenderCase> {
 protected:
  const std::vector<Json> objects_ = render(GetParam().spec, GetParam().facts);

  [[nodiscard]] const Json* find(const std::string& kind, const std::string& name) const {
    const auto found = std::find_if(objects_.begin(), objects_.end(), [&](const Json& object) {
      return object.at("kind") == kind && object.at("metadata").at("name") == name;
    });
    return found == objects_.end() ? nullptr : &*found;
  }
};

TEST_P(RenderTest, IsAsTheGoldenFileSays) {
  const std::filesystem::path expected = GetParam().directory / "expected.yaml";
  const std::string rendered = to_yaml_stream(objects_);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "golden files are not updated in CI";
    std::ofstream(expected, std::ios::binary) << rendered;
  }
  EXPECT_EQ(rendered, read_text(expected))
      << "If the change is meant, run with UPDATE_GOLDEN=1 and look at the difference.";
}

TEST_P(RenderTest, WritesYamlThatReadsBackTheSame) {
  EXPECT_EQ(base::parse_yaml(to_yaml_stream(objects_)), objects_);
}

TEST_P(RenderTest, EveryObjectIsLabelledOwnedAndInTheNamespace) {
  std::set<std::string> titles;
  for (const Json& object : objects_) {
    SCOPED_TRACE(title(object));
    EXPECT_TRUE(titles.insert(title(object)).second) << "rendered twice";
    const Json& metadata = object.at("metadata");
    EXPECT_EQ(metadata.at("namespace"), "argus-data");
    const Json& has = metadata.at("labels");
    EXPECT_EQ(has.at("app.kubernetes.io/managed-by"), "argus-operator");
    EXPECT_EQ(has.at("app.kubernetes.io/instance"), "argus");
    EXPECT_EQ(has.at("app.kubernetes.io/part-of"), "argus-data-layer");
    EXPECT_FALSE(has.contains("app.kubernetes.io/version"));
    const bool retained =
        GetParam().spec.volumes == VolumeRetention::kRetain && is_credential(object);
    if (retained) {
      EXPECT_FALSE(metadata.contains("ownerReferences")) << "it must outlive the resource";
    } else {
      ASSERT_EQ(metadata.at("ownerReferences").size(), 1U);
      EXPECT_EQ(metadata.at("ownerReferences")[0].at("uid"), GetParam().facts.uid);
      EXPECT_EQ(metadata.at("ownerReferences")[0].at("controller"), true);
    }
  }
}

TEST_P(RenderTest, EverySelectorMatchesItsOwnPods) {
  for (const Json& object : objects_) {
    if (object.at("kind") != "StatefulSet" && object.at("kind") != "Deployment") continue;
    SCOPED_TRACE(title(object));
    const Json& selector = object.at("/spec/selector/matchLabels"_json_pointer);
    const Json& has = object.at("/spec/template/metadata/labels"_json_pointer);
    EXPECT_FALSE(selector.empty());
    for (const auto& [key, value] : selector.items()) EXPECT_EQ(has.at(key), value);
  }
}

TEST_P(RenderTest, EveryServiceAndBudgetSelectsPodsThatAreRendered) {
  for (const Json& object : objects_) {
    if (object.at("kind") != "Service" && object.at("kind") != "PodDisruptionBudget") continue;
    // Their pods are Flink's own.
    if (title(object) == "Service/flink-webui" || title(object) == "Service/flink-metrics") {
      continue;
    }
    SCOPED_TRACE(title(object));
    const Json& selector = object.at("kind") == "Service"
                               ? object.at("/spec/selector"_json_pointer)
                               : object.at("/spec/selector/matchLabels"_json_pointer);
    const bool matched = std::any_of(objects_.begin(), objects_.end(), [&](const Json& workload) {
      const Json* pods = pod_template_of(workload);
      return pods != nullptr &&
             std::all_of(selector.items().begin(), selector.items().end(), [&](const auto& item) {
               return pods->at("metadata").at("labels").value(item.key(), "") ==
                      item.value().template get<std::string>();
             });
    });
    EXPECT_TRUE(matched);
  }
}

TEST_P(RenderTest, APodThatIsNotReadyHoldsUpNoDrain) {
  for (const Json& object : objects_) {
    if (object.at("kind") != "PodDisruptionBudget") continue;
    EXPECT_EQ(object.at("spec").at("unhealthyPodEvictionPolicy"), "AlwaysAllow") << title(object);
  }
}

TEST_P(RenderTest, EveryServiceTakesTheFamiliesThatThereAre) {
  for (const Json& object : objects_) {
    if (object.at("kind") != "Service") continue;
    EXPECT_EQ(object.at("spec").at("ipFamilyPolicy"), "PreferDualStack") << title(object);
  }
}

TEST_P(RenderTest, EveryContainerHasRequestsAndLimitsAndIsUnprivileged) {
  for (const Json& object : objects_) {
    const Json* pods = pod_template_of(object);
    if (pods == nullptr) continue;
    const Json& pod_context = pods->at("spec").at("securityContext");
    EXPECT_EQ(pod_context.at("runAsNonRoot"), true);
    EXPECT_GT(pod_context.at("runAsUser").get<int>(), 0);
    EXPECT_EQ(pod_context.at("seccompProfile").at("type"), "RuntimeDefault");
    for (const Json& container : containers_of(*pods)) {
      SCOPED_TRACE(title(object) + " " + container.at("name").get<std::string>());
      const Json& context = container.at("securityContext");
      EXPECT_EQ(context.at("allowPrivilegeEscalation"), false);
      EXPECT_EQ(context.at("capabilities").at("drop"), Json::array({"ALL"}));
      // Flink computes the resources of its own container from the FlinkDeployment.
      if (container.at("name") == "flink-main-container") continue;
      for (const char* sort : {"requests", "limits"}) {
        for (const char* resource : {"cpu", "memory"}) {
          const auto amount =
              Quantity::parse(container.at("resources").at(sort).at(resource).get<std::string>());
          ASSERT_TRUE(amount.has_value());
          EXPECT_GT(amount->millis(), 0);
        }
      }
      EXPECT_TRUE(container.contains("image"));
      EXPECT_EQ(container.at("image").get<std::string>().find(":latest"), std::string::npos);
    }
  }
}

TEST_P(RenderTest, EveryContainerFitsTheLimitRange) {
  const Json* range = find("LimitRange", "argus-data-limits");
  ASSERT_EQ(range != nullptr, GetParam().spec.guardrails.enabled);
  if (range == nullptr) return;
  const auto bound = [&](const char* which, const char* resource) {
    return *Quantity::parse(
        range->at("spec").at("limits")[0].at(which).at(resource).get<std::string>());
  };
  for (const Json& object : objects_) {
    const Json* pods = pod_template_of(object);
    if (pods == nullptr) continue;
    for (const Json& container : containers_of(*pods)) {
      if (!container.contains("resources")) continue;
      SCOPED_TRACE(title(object) + " " + container.at("name").get<std::string>());
      for (const char* resource : {"cpu", "memory"}) {
        const auto& resources = container.at("resources");
        EXPECT_GE(*Quantity::parse(resources.at("requests").at(resource).get<std::string>()),
                  bound("min", resource));
        EXPECT_LE(*Quantity::parse(resources.at("limits").at(resource).get<std::string>()),
                  bound("max", resource));
      }
    }
  }
}

TEST_P(RenderTest, NoSecretIsShownOutsideSecrets) {
  for (const Json& object : objects_) {
    if (object.at("kind") == "Secret") continue;
    const std::string text = object.dump();
    for (const std::string& password : kTestPasswords) {
      EXPECT_EQ(text.find(password), std::string::npos) << title(object);
    }
  }
}

TEST_P(RenderTest, EveryMountHasItsVolume) {
  for (const Json& object : objects_) {
    const Json* pods = pod_template_of(object);
    if (pods == nullptr) continue;
    std::set<std::string> volumes;
    for (const Json& volume : pods->at("spec").value("volumes", Json::array())) {
      volumes.insert(volume.at("name").get<std::string>());
    }
    for (const Json& claim : object.at("spec").value("volumeClaimTemplates", Json::array())) {
      volumes.insert(claim.at("metadata").at("name").get<std::string>());
    }
    for (const Json& container : containers_of(*pods)) {
      for (const Json& mount : container.value("volumeMounts", Json::array())) {
        EXPECT_EQ(volumes.count(mount.at("name").get<std::string>()), 1U)
            << title(object) << " " << mount.dump();
      }
    }
  }
}

TEST_P(RenderTest, AtMostOneAutoscalerAndThenNoReplicas) {
  const Json* worker = find("Deployment", "cognee-worker");
  ASSERT_NE(worker, nullptr);
  const int autoscalers =
      (find("HorizontalPodAutoscaler", "cognee-worker-hpa") != nullptr ? 1 : 0) +
      (find("ScaledObject", "cognee-worker-scaledobject") != nullptr ? 1 : 0);
  EXPECT_LE(autoscalers, 1);
  EXPECT_EQ(worker->at("spec").contains("replicas"), autoscalers == 0);
}

TEST_P(RenderTest, AllowsComeBeforeTheDefaultDeny) {
  std::vector<std::string> policies;
  for (const Json& object : objects_) {
    if (object.at("kind") == "NetworkPolicy") {
      policies.push_back(object.at("metadata").at("name").get<std::string>());
    }
  }
  if (policies.empty()) return;
  ASSERT_GE(policies.size(), 2U);
  EXPECT_EQ(policies[policies.size() - 2], "default-deny-egress");
  EXPECT_EQ(policies.back(), "default-deny-ingress");
}

TEST_P(RenderTest, IsTheSameEveryTime) {
  EXPECT_EQ(render(GetParam().spec, GetParam().facts), objects_);
}

INSTANTIATE_TEST_SUITE_P(Golden, RenderTest, testing::ValuesIn(all_cases()),
                         [](const testing::TestParamInfo<RenderCase>& tested) {
                           return tested.param.name;
                         });

TEST(RenderSecretTest, AChangedSecretRollsOnlyWhatReadsIt) {
  Facts facts = test_facts();
  const Spec spec = parse_spec(Json::object());
  facts.secret_hashes = {{"falkordb-auth", "before"}, {"valkey-auth", "same"}};
  const auto before_set = objects::falkordb_stateful_set(spec, facts);
  const auto before_other = objects::valkey_stateful_set(spec, facts);
  facts.secret_hashes["falkordb-auth"] = "after";
  EXPECT_NE(before_set, objects::falkordb_stateful_set(spec, facts));
  EXPECT_EQ(before_other, objects::valkey_stateful_set(spec, facts));
}

TEST(RenderSecretTest, WithoutAPasswordItsSecretIsNotRendered) {
  Facts facts = test_facts();
  facts.credentials.falkordb.clear();
  const Spec spec = parse_spec(Json::object());
  EXPECT_FALSE(objects::falkordb_auth_secret(spec, facts).has_value());
  EXPECT_TRUE(objects::falkordb_stateful_set(spec, facts).has_value());
  EXPECT_TRUE(objects::valkey_auth_secret(spec, facts).has_value());
}

TEST(RenderNameTest, ALongNameStillMakesValidLabels) {
  Facts facts = test_facts();
  facts.name = std::string(200, 'a');
  for (const Json& object : render(parse_spec(Json::object()), facts)) {
    for (const auto& [key, value] : object.at("metadata").at("labels").items()) {
      EXPECT_LE(value.get<std::string>().size(), 63U) << key;
    }
  }
  Facts other = facts;
  other.name.back() = 'b';
  EXPECT_NE(labels(part::kRedpanda, facts.name), labels(part::kRedpanda, other.name));
}

}  // namespace
}  // namespace argus::adl
