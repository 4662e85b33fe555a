#include "argusdatalayer/applier.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/plan/difference.h"
#include "argusdatalayer/plan/ownership.h"
#include "argusdatalayer/render/object_frame.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using Action = Write::Action;

// An expected outcome of creating: somebody else's object has the name.
struct NameTaken {
  explicit NameTaken(std::string whose) : object(std::move(whose)) {}
  std::string object;
};

std::string part_of(const Json& object) {
  return object.at("metadata").at("labels").value(std::string(label::kName), "");
}

// Whether our applied fields include spec.replicas: then taking it out would reset it.
bool we_own_replicas(const Json& live) {
  const Json::json_pointer replicas("/f:spec/f:replicas");
  for (const Json& entry : live.at("metadata").value("managedFields", Json::array())) {
    if (entry.value("operation", "") != "Apply" || !entry.contains("fieldsV1") ||
        !entry.at("fieldsV1").contains(replicas)) {
      continue;
    }
    if (entry.value("manager", "") == kFieldManager) return true;
  }
  return false;
}

}  // namespace

ApplyResult Applier::apply(const Plan& plan, const World& world, const Facts& facts,
                           std::stop_token stop) {
  ApplyResult result;
  std::set<std::string> without_credential;
  for (const Write& write : plan.writes) {
    if (write.action == Action::kCreate && write.object.at("kind") == "StatefulSet" &&
        without_credential.count(part_of(write.object)) > 0) {
      continue;  // its password could not be kept: a volume must not be made with it
    }
    WriteOutcome outcome{.action = write.action,
                         .component = write.component,
                         .object = describe(write.object),
                         .because = write.because,
                         .error = std::nullopt};
    try {
      carry_out(write, world, facts, stop, result);
    } catch (const NameTaken& taken) {
      outcome.error = name_taken(taken.object);
      outcome.name_taken = true;
    } catch (const kube::ApiError& error) {
      outcome.error = error.what();
      outcome.invalid = error.is_invalid();
      outcome.namespace_terminating = error.is_namespace_terminating();
      if (write.action == Action::kCreateOnly) without_credential.insert(part_of(write.object));
    }
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

void Applier::carry_out(const Write& write, const World& world, const Facts& facts,
                        std::stop_token stop, ApplyResult& result) {
  switch (write.action) {
    case Action::kCreate:
      refuse_if_taken(write.object, stop);
      [[fallthrough]];
    case Action::kUpdate: {
      const kube::SharedObject live =
          world.find(kube::gvk_of(write.object), kube::key_of(write.object).name);
      Json answer = apply_manifest(write.object, stop);
      memory_.record(facts.uid, write.object, live ? *live : Json(), answer);
      result.objects[describe(write.object)] = std::move(answer);
      return;
    }
    case Action::kCreateOnly:
      result.objects[describe(write.object)] =
          client_.create(resource_of(write.object, stop), write.object, kFieldManager, stop);
      return;
    case Action::kTakeOver:
      set_owners(write.object, owner_references(facts), stop);
      return;
    case Action::kRelease:
      set_owners(write.object, nullptr, stop);
      return;
    case Action::kHandOver:
      hand_over(write, stop);
      return;
    case Action::kGiveReplicas:
      give_replicas(write.object, stop);
      return;
    case Action::kLift: {
      const Json patch = {{"spec", {{"replicas", write.replicas}}}};
      result.objects[describe(write.object)] =
          client_.merge_patch(resource_of(write.object, stop), kube::key_of(write.object), patch,
                              kFieldManager, "", stop);
      return;
    }
    case Action::kResizeClaim: {
      Json patch = Json::object();
      patch["spec"]["resources"]["requests"]["storage"] = write.size;
      client_.merge_patch(resource_of(write.object, stop), kube::key_of(write.object), patch,
                          kFieldManager, "", stop);
      return;
    }
    case Action::kRecreate:
      remove(write.object, kube::Propagation::kOrphan, {}, stop);
      return;
    case Action::kDiscardClaim:
      // By its version: it may be bound by now.
      remove(write.object, kube::Propagation::kBackground, kube::resource_version_of(write.object),
             stop);
      return;
    case Action::kDeletePod:
    case Action::kDelete:
      remove(write.object, kube::Propagation::kBackground, {}, stop);
      return;
  }
}

// The cache holds what is ours: an object that is not in it may still be there, and be somebody's.
void Applier::refuse_if_taken(const Json& manifest, std::stop_token stop) {
  const std::optional<Json> live =
      client_.get(resource_of(manifest, stop), kube::key_of(manifest), stop);
  if (live && !is_ours(*live) && !wants_adoption(*live)) throw NameTaken(describe(manifest));
}

void Applier::remove(const Json& live, kube::Propagation propagation, std::string resource_version,
                     std::stop_token stop) {
  static_cast<void>(client_.remove(resource_of(live, stop), kube::key_of(live),
                                   {.propagation = propagation,
                                    .uid = kube::uid_of(live),
                                    .resource_version = std::move(resource_version)},
                                   stop));
}

Json Applier::apply_manifest(const Json& manifest, std::stop_token stop) {
  return client_.apply(resource_of(manifest, stop), with_applied_hash(manifest), kFieldManager, "",
                       stop);
}

// A merge patch with the resource version: it fails when somebody else was faster.
void Applier::set_owners(const Json& live, Json owners, std::stop_token stop) {
  Json patch = Json::object();
  patch["metadata"]["resourceVersion"] = kube::resource_version_of(live);
  patch["metadata"]["ownerReferences"] = std::move(owners);
  client_.merge_patch(resource_of(live, stop), kube::key_of(live), patch, kFieldManager, "", stop);
}

void Applier::hand_over(const Write& write, std::stop_token stop) {
  const auto resource = client_.resource_for(gvk::kScaledObject, stop);
  if (!resource) return;
  const kube::ObjectKey key{kube::key_of(write.object).ns, write.owner_name};
  const std::optional<Json> owner = client_.get(*resource, key, stop);
  if (!owner || kube::is_being_deleted(*owner)) return;  // it could not be made: we keep ours
  Json reference = Json::object();
  reference["apiVersion"] = resource->gvk.api_version();
  reference["kind"] = write.owner_kind;
  reference["name"] = write.owner_name;
  reference["uid"] = kube::uid_of(*owner);
  reference["controller"] = true;
  reference["blockOwnerDeletion"] = true;
  set_owners(write.object, Json::array({reference}), stop);
}

// Kubernetes' recipe for handing a field to a controller: another manager owns it before we stop.
// Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
void Applier::give_replicas(const Json& live, std::stop_token stop) {
  const kube::Resource resource = resource_of(live, stop);
  const std::optional<Json> now = client_.get(resource, kube::key_of(live), stop);
  if (!now || !we_own_replicas(*now)) return;
  Json share = Json::object();
  share["apiVersion"] = live.at("apiVersion");
  share["kind"] = live.at("kind");
  share["metadata"]["name"] = kube::key_of(live).name;
  share["metadata"]["namespace"] = kube::key_of(live).ns;
  share["spec"]["replicas"] = now->at("spec").at("replicas");
  static_cast<void>(client_.apply(resource, share, kHandoverManager, "", stop));
}

kube::Resource Applier::resource_of(const Json& object, std::stop_token stop) {
  const kube::GroupVersionKind gvk = kube::gvk_of(object);
  if (std::optional<kube::Resource> resource = client_.resource_for(gvk, stop)) return *resource;
  throw kube::ApiError(404, "NotFound",
                       "the API server does not serve " + gvk.api_version() + " " + gvk.kind);
}

}  // namespace argus::adl
