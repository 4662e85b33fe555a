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
#include "argusdatalayer/plan/secret_references.h"
#include "argusdatalayer/render/object_frame.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using Action = Write::Action;

// Whether a workload would be started with one of these Secrets.
bool reads_any(const Write& write, const std::set<std::string>& secrets) {
  if (secrets.empty()) return false;
  if (write.action != Action::kCreate && write.action != Action::kUpdate) return false;
  const std::set<std::string> read = secrets_read_by(write.object);
  return std::any_of(read.begin(), read.end(),
                     [&](const std::string& name) { return secrets.count(name) > 0; });
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
  std::set<std::string> not_kept;  // Secrets
  for (const Write& write : plan.writes) {
    // Its password could not be kept: a volume must not be made with it, and nobody started.
    if (reads_any(write, not_kept)) continue;
    WriteOutcome outcome{.action = write.action,
                         .component = write.component,
                         .object = describe(write.object),
                         .because = write.because,
                         .error = std::nullopt};
    try {
      carry_out(write, world, facts, stop, result);
    } catch (const kube::ApiError& error) {
      outcome.error = error.what();
      outcome.invalid = error.is_invalid();
      if (write.action == Action::kCreateOnly) not_kept.insert(kube::key_of(write.object).name);
    }
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

void Applier::carry_out(const Write& write, const World& world, const Facts& facts,
                        std::stop_token stop, ApplyResult& result) {
  switch (write.action) {
    case Action::kCreate:
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
    case Action::kDelete:
      static_cast<void>(client_.remove(resource_of(write.object, stop), kube::key_of(write.object),
                                       {.uid = kube::uid_of(write.object), .resource_version = {}},
                                       stop));
      return;
  }
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
