#include "argusdatalayer/watches.h"

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

// Every object that we make carries it, pods through their templates too.
const char* const kOurs = "app.kubernetes.io/managed-by=argus-operator";

Json status_conditions(const Json& object) {
  const auto status = object.find("status");
  if (status == object.end() || !status->is_object()) return nullptr;
  return status->value("conditions", Json());
}

// Anything but status and resource version: also of kinds that have no generation.
bool content_changed(const Json& before, const Json& after) {
  const auto content = [](Json object) {
    object.erase("status");
    if (object.contains("metadata")) object["metadata"].erase("resourceVersion");
    return object;
  };
  return content(before) != content(after);
}

// An autoscaler reports its measurements all the time; only its conditions are news.
bool autoscaler_changed(const Json& before, const Json& after) {
  return content_changed(before, after) || status_conditions(before) != status_conditions(after);
}

bool pod_changed(const Json& before, const Json& after) {
  return before.value("status", Json()) != after.value("status", Json()) ||
         before.value("spec", Json()) != after.value("spec", Json()) ||
         kube::is_being_deleted(before) != kube::is_being_deleted(after);
}

// A pod's or claim's owner is no data layer, and the label that names one is cut where the name is
// long: but a namespace holds one data layer.
std::vector<runtime::Request> layers_beside(const runtime::Cache& cache, const Json& object) {
  std::vector<runtime::Request> requests;
  for (const kube::SharedObject& layer :
       cache.kind(gvk::kDataLayer).list(kube::key_of(object).ns)) {
    requests.push_back({kube::key_of(*layer)});
  }
  return requests;
}

bool runs_pods(const kube::GroupVersionKind& kind) {
  return kind == gvk::kStatefulSet || kind == gvk::kDeployment || kind == gvk::kFlinkDeployment;
}

bool scales(const kube::GroupVersionKind& kind) {
  return kind == gvk::kHpa || kind == gvk::kScaledObject;
}

}  // namespace

runtime::ControllerOptions controller_options(const runtime::Cache& cache) {
  runtime::ControllerOptions options;
  options.name = kControllerName;
  options.primary.gvk = gvk::kDataLayer;
  options.primary.matters = content_changed;
  options.primary.requests_for = [&cache](const Json& resource) {
    std::vector<runtime::Request> requests = {{kube::key_of(resource)}};
    for (const kube::SharedObject& other :
         cache.kind(gvk::kDataLayer).list(kube::key_of(resource).ns)) {
      if (kube::key_of(*other) != kube::key_of(resource)) {
        requests.push_back({kube::key_of(*other)});
      }
    }
    return requests;
  };
  for (const AppliedKind& kind : applied_kinds()) {
    runtime::WatchedKind watched;
    watched.gvk = kind.gvk;
    watched.label_selector = kOurs;
    watched.optional = kind.optional;
    if (scales(kind.gvk)) {
      watched.matters = autoscaler_changed;
    } else if (!runs_pods(kind.gvk)) {
      watched.matters = content_changed;
    }
    options.others.push_back(std::move(watched));
  }
  runtime::WatchedKind pods;
  pods.gvk = gvk::kPod;
  pods.label_selector = kOurs;
  pods.matters = pod_changed;
  pods.requests_for = [&cache](const Json& pod) { return layers_beside(cache, pod); };
  options.others.push_back(std::move(pods));
  runtime::WatchedKind claims;
  claims.gvk = gvk::kPersistentVolumeClaim;
  claims.label_selector = kOurs;
  claims.requests_for = [&cache](const Json& claim) { return layers_beside(cache, claim); };
  options.others.push_back(std::move(claims));
  return options;
}

void trim_cached(Json& object) {
  if (object.value("kind", "") != "Pod" || !object.contains("spec")) return;
  Json spec = Json::object();
  if (object["spec"].contains("nodeName")) spec["nodeName"] = object["spec"]["nodeName"];
  object["spec"] = std::move(spec);
}

}  // namespace argus::adl
