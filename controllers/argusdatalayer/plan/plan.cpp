#include "argusdatalayer/plan/plan.h"

#include <algorithm>
#include <set>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/plan/difference.h"
#include "argusdatalayer/plan/secret_references.h"
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

bool sets_replicas(const Json& object) { return object.at("spec").contains("replicas"); }

class Planner {
 public:
  Planner(const std::vector<Json>& wanted, const World& world, const Facts& facts)
      : wanted_(wanted), world_(world), facts_(facts) {}

  Plan run() {
    for (const Json& manifest : wanted_) consider(manifest);
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
    if (const std::string unusable = unusable_secret(manifest); !unusable.empty()) {
      if (!live || !settled(manifest, *live, differences(manifest, *live))) {
        plan_.waiting.push_back(
            {component_of(manifest), describe(manifest) + " waits until Secret " + unusable +
                                         " is corrected; SecretsReady says how"});
      }
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
    const std::vector<std::string> differing = differences(manifest, *live);
    if (settled(manifest, *live, differing)) return;
    if (manifest.at("kind") == "Deployment" && !sets_replicas(manifest) && sets_replicas(*live)) {
      add(Action::kGiveReplicas, *live);
    }
    add(Action::kUpdate, manifest, differing);
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

  // Whether applying it again would change nothing.
  [[nodiscard]] bool settled(const Json& manifest, const Json& live,
                             const std::vector<std::string>& differing) const {
    if (differing.empty() && applied_from(manifest, live)) return true;
    return world_.settled && world_.settled(manifest, live, differing);
  }

  // Nothing is started or restarted with what a Secret should not hold: what runs with its former
  // content goes on with it.
  [[nodiscard]] std::string unusable_secret(const Json& manifest) const {
    if (facts_.unusable_secrets.empty()) return {};
    for (const std::string& name : secrets_read_by(manifest)) {
      if (facts_.unusable_secrets.count(name) > 0) return name;
    }
    return {};
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

  void prune() {
    std::set<Identity> keep = handed_over_;
    for (const Json& manifest : wanted_) keep.insert(identity(manifest));
    for (const kube::SharedObject& live : world_.owned) {
      if (keep.count(identity(*live)) > 0 || is_credential(*live) ||
          !controlled_by(*live, facts_.uid)) {
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
