#include "argusdatalayer/plan/plan.h"

#include <algorithm>
#include <set>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/plan/difference.h"
#include "argusdatalayer/plan/immutable_fields.h"
#include "argusdatalayer/plan/ownership.h"
#include "argusdatalayer/plan/stuck_pods.h"
#include "argusdatalayer/render/autoscaling/scaling.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl {
namespace {

using Action = Write::Action;
using Identity = std::pair<std::string, std::string>;  // kind, name

Identity identity(const Json& object) {
  return {object.value("kind", ""), kube::key_of(object).name};
}

bool controlled_by(const Json& object, std::string_view uid) {
  const auto owner = kube::controller_of(object);
  return owner && owner->uid == uid;
}

// A replication factor above this is nothing that Kafka's clients use; brokers' claims are looked
// for up to it.
constexpr int kBrokersMax = 64;

// KEDA makes its autoscalers without our label, and hands them over.
bool may_be_written(const Json& live) {
  return is_ours(live) || wants_adoption(live) ||
         live.value("kind", "") == "HorizontalPodAutoscaler";
}

bool sets_replicas(const Json& object) { return object.at("spec").contains("replicas"); }

class Planner {
 public:
  Planner(const std::vector<Json>& wanted, const World& world, const Facts& facts)
      : wanted_(wanted), world_(world), facts_(facts) {}

  Plan run() {
    for (const Json& manifest : wanted_) {
      if (manifest.at("kind") == "StatefulSet") {
        consider_set(manifest);
      } else {
        consider(manifest);
      }
    }
    hand_over_autoscaler();
    prune();
    return std::move(plan_);
  }

 private:
  void consider(const Json& manifest) {
    const kube::SharedObject live =
        world_.find(kube::gvk_of(manifest), kube::key_of(manifest).name);
    if (live && kube::is_being_deleted(*live)) {
      plan_.waiting.push_back({component_of(manifest), deletion_message(*live)});
      return;
    }
    if (is_credential(manifest)) {
      consider_credential(manifest, live);
      return;
    }
    if (live && !may_be_written(*live)) {
      plan_.problems.push_back({component_of(manifest), "NameTaken", name_taken(describe(*live))});
      return;
    }
    if (!live) {
      const std::string_view missing = missing_credential(manifest);
      if (missing.empty()) {
        add(Action::kCreate, manifest);
      } else {
        plan_.waiting.push_back({component_of(manifest),
                                 describe(manifest) + " is waiting for the password in Secret " +
                                     std::string(missing)});
      }
      return;
    }
    if (manifest.at("kind") == "HorizontalPodAutoscaler" && kube::controller_of(*live) &&
        !controlled_by(*live, facts_.uid)) {
      // KEDA's: two controllers at once are refused, so the owner changes first.
      add(Action::kTakeOver, *live);
    }
    take_over_if_orphaned(manifest, *live);
    const std::vector<std::string> immutable = immutable_differences(manifest, *live);
    if (!immutable.empty()) {
      add(Action::kRecreate, *live, immutable);
      return;
    }
    lift_from_zero(manifest, *live);
    const std::vector<std::string> differing = differences(manifest, *live);
    if (differing.empty() && applied_from(manifest, *live)) return;
    if (world_.settled && world_.settled(manifest, *live, differing)) return;
    if (manifest.at("kind") == "Deployment" && !sets_replicas(manifest) && sets_replicas(*live)) {
      add(Action::kGiveReplicas, *live);
    }
    add(Action::kUpdate, manifest, differing);
  }

  // A set comes with its volumes and its pods: what is wrong with them is mended beside it.
  void consider_set(const Json& manifest) {
    const std::string name = kube::key_of(manifest).name;
    const kube::SharedObject live = world_.find(gvk::kStatefulSet, name);
    const std::vector<kube::SharedObject> pods =
        world_.pods ? world_.pods(name) : std::vector<kube::SharedObject>{};
    if (!live && pods.empty() && too_few_brokers(manifest)) return;
    VolumePlan volumes = plan_volumes(manifest, live, world_.claims, world_.classes);
    const Component component = component_of(manifest);
    for (std::string& problem : volumes.problems) {
      plan_.problems.push_back({component, "VolumeRefused", std::move(problem)});
    }
    const std::size_t before = plan_.writes.size();
    consider(volumes.manifest);
    for (const Resize& resize : volumes.resize) {
      add(Action::kResizeClaim, *resize.claim);
      plan_.writes.back().component = component;
      plan_.writes.back().size = resize.size;
    }
    // The controller manager looks at what is written first: what follows is for another reconcile.
    if (!live || plan_.writes.size() > before) return;
    for (const kube::SharedObject& claim : volumes.discard) discard(*claim, pods, component);
    if (plan_.writes.size() > before) return;
    StuckPod stuck = stuck_pod(*live, pods, world_.now);
    plan_.look_again = plan_.look_again || stuck.look_again;
    if (stuck.pod) add(Action::kDeletePod, *stuck.pod, {stuck.because});
  }

  // A claim goes only when no pod names it any more.
  void discard(const Json& claim, const std::vector<kube::SharedObject>& pods,
               Component component) {
    add(Action::kDiscardClaim, claim, {"no volume was found for it, and another is asked for"});
    plan_.writes.back().component = component;
    const std::string pod_name = kube::key_of(claim).name.substr(std::string_view("data-").size());
    for (const kube::SharedObject& pod : pods) {
      if (kube::key_of(*pod).name != pod_name || kube::is_being_deleted(*pod)) continue;
      add(Action::kDeletePod, *pod, {"it waits for a volume that is not asked for any more"});
    }
  }

  // Brokers' volumes remember how many brokers there were: fewer of them have no majority.
  bool too_few_brokers(const Json& manifest) {
    const std::string name = kube::key_of(manifest).name;
    if (name != part::kRedpanda) return false;
    const int replicas = manifest.at("spec").value("replicas", 1);
    std::string names;
    int brokers = replicas;
    for (int ordinal = replicas; ordinal < kBrokersMax; ++ordinal) {
      const std::string claim = claim_name(name, ordinal);
      const bool there = std::any_of(
          world_.claims.begin(), world_.claims.end(),
          [&](const kube::SharedObject& one) { return kube::key_of(*one).name == claim; });
      if (!there) continue;
      brokers = ordinal + 1;
      names += (names.empty() ? "" : ", ") + claim;
    }
    if (names.empty()) return false;
    plan_.problems.push_back({component_of(manifest), "BrokersMissing",
                              "the volumes are those of " + std::to_string(brokers) +
                                  " brokers, and " + std::to_string(replicas) +
                                  " of them have no majority: write redpanda.replicas: " +
                                  std::to_string(brokers) + ", or delete the claims " + names +
                                  " (and that of the first broker, to begin without data)"});
    return true;
  }

  // Ours by its label, though nobody controls it: an earlier resource went without it.
  void take_over_if_orphaned(const Json& manifest, const Json& live) {
    if (kube::controller_of(live) || !manifest.at("metadata").contains("ownerReferences")) return;
    add(Action::kTakeOver, live);
  }

  // A HorizontalPodAutoscaler leaves a target at 0 replicas alone, whatever its minimum is
  // (ScalingDisabled). KEDA knows 0 by itself, and who paused it wants it.
  void lift_from_zero(const Json& manifest, const Json& live) {
    if (manifest.at("kind") != "Deployment" || sets_replicas(manifest) || !sets_replicas(live) ||
        live.at("spec").at("replicas") != 0) {
      return;
    }
    const auto autoscaler =
        std::find_if(wanted_.begin(), wanted_.end(), [&](const Json& candidate) {
          return candidate.at("kind") == "HorizontalPodAutoscaler" &&
                 candidate.at("spec").at("scaleTargetRef").at("name") == kube::key_of(live).name;
        });
    if (autoscaler == wanted_.end()) return;
    add(Action::kLift, live, {"spec.replicas"});
    plan_.writes.back().replicas = autoscaler->at("spec").value("minReplicas", 1);
  }

  // What is in a credential is never written again; only whether it goes with the resource is.
  void consider_credential(const Json& manifest, const kube::SharedObject& live) {
    if (!live) {
      add(Action::kCreateOnly, manifest);
      return;
    }
    const bool wants_owner = manifest.at("metadata").contains("ownerReferences");
    const bool has_owner = controlled_by(*live, facts_.uid);
    if (wants_owner && !kube::controller_of(*live)) add(Action::kTakeOver, *live);
    if (!wants_owner && has_owner) add(Action::kRelease, *live);
  }

  // A server that starts without its password would make a volume that no password fits.
  [[nodiscard]] std::string_view missing_credential(const Json& manifest) const {
    if (manifest.at("kind") != "StatefulSet") return {};
    const std::string name = kube::key_of(manifest).name;
    const Credentials& known = facts_.credentials;
    if (name == part::kRedpanda && known.redpanda_admin.empty()) {
      return secret::kRedpandaSuperusers;
    }
    if (name == part::kFalkordb && known.falkordb.empty()) return secret::kFalkordbAuth;
    if (name == part::kValkey && known.valkey.empty()) return secret::kValkeyAuth;
    return {};
  }

  // Where KEDA takes the place of our HorizontalPodAutoscaler, that object stays and changes hands:
  // deleting it first would leave the worker without an autoscaler, and at one replica.
  void hand_over_autoscaler() {
    const bool keda = std::any_of(wanted_.begin(), wanted_.end(), [](const Json& manifest) {
      return manifest.at("kind") == "ScaledObject";
    });
    if (!keda) return;
    const kube::SharedObject live = world_.find(gvk::kHpa, std::string(kAutoscalerName));
    if (!live || kube::is_being_deleted(*live) || !controlled_by(*live, facts_.uid)) return;
    add(Action::kHandOver, *live);
    plan_.writes.back().owner_kind = "ScaledObject";
    plan_.writes.back().owner_name = "cognee-worker-scaledobject";
    handed_over_.insert(identity(*live));
  }

  // What another controller has taken over is its own.
  [[nodiscard]] bool may_be_pruned(const Json& live) const {
    return controlled_by(live, facts_.uid) || (is_ours(live) && !kube::controller_of(live));
  }

  void prune() {
    std::set<Identity> keep = handed_over_;
    for (const Json& manifest : wanted_) keep.insert(identity(manifest));
    for (const kube::SharedObject& live : world_.owned) {
      if (keep.count(identity(*live)) > 0 || is_credential(*live) || !may_be_pruned(*live)) {
        continue;
      }
      if (live->value("kind", "") == "Secret" &&
          world_.keep_secrets.count(kube::key_of(*live).name) > 0) {
        continue;
      }
      if (kube::is_being_deleted(*live)) {
        plan_.waiting.push_back({component_of(*live), deletion_message(*live)});
      } else {
        add(Action::kDelete, *live);
      }
    }
  }

  static std::string deletion_message(const Json& live) {
    std::string message = describe(live) + " is being deleted";
    const auto& metadata = live.at("metadata");
    const auto finalizers = metadata.find("finalizers");
    if (finalizers == metadata.end() || finalizers->empty()) return message;
    message += " and is waiting for finalizer " + finalizers->at(0).get<std::string>();
    if (live.value("kind", "") == "ScaledObject") {
      message += ": KEDA removes it; if KEDA is gone, remove the finalizer by hand";
    }
    return message;
  }

  void add(Action action, const Json& object, std::vector<std::string> because = {}) {
    plan_.writes.push_back({.action = action,
                            .component = component_of(object),
                            .object = object,
                            .because = std::move(because),
                            .owner_kind = {}});
  }

  const std::vector<Json>& wanted_;
  const World& world_;
  const Facts& facts_;
  Plan plan_;
  std::set<Identity> handed_over_;
};

}  // namespace

Plan make_plan(const std::vector<Json>& wanted, const World& world, const Facts& facts) {
  return Planner(wanted, world, facts).run();
}

}  // namespace argus::adl
