#include "argusdatalayer/gatherer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/report/refused_pods.h"
#include "kube/errors.h"
#include "kube_object/followed_object.h"

namespace argus::adl {

using kube::SharedObject;
using State = kube::FollowedObject::State;

namespace {

bool has_wanted_size(const Json& claim, const Spec& spec) {
  const std::string name = kube::key_of(claim).name;
  const auto size = Quantity::parse(claimed_size(claim));
  const std::pair<std::string_view, const Storage*> parts[] = {
      {part::kRedpanda, &spec.redpanda.storage},
      {part::kFalkordb, &spec.falkordb.storage},
      {part::kValkey, &spec.valkey.storage}};
  return std::any_of(std::begin(parts), std::end(parts), [&](const auto& part) {
    return name.starts_with("data-" + std::string(part.first) + "-") && size &&
           *size == part.second->size;
  });
}

}  // namespace

Gatherer::Gatherer(kube::Client& client, const runtime::Cache& cache,
                   runtime::References& references, Installation installation)
    : client_(client),
      cache_(cache),
      references_(references),
      installation_(std::move(installation)) {}

SharedObject Gatherer::occupant(const Json& layer) const {
  const auto age = [](const Json& object) {
    return std::pair(object.at("metadata").value("creationTimestamp", ""), kube::uid_of(object));
  };
  SharedObject oldest;
  for (const SharedObject& candidate : cache_.kind(gvk::kDataLayer).list(kube::key_of(layer).ns)) {
    if (!oldest || age(*candidate) < age(*oldest)) oldest = candidate;
  }
  return oldest && kube::uid_of(*oldest) != kube::uid_of(layer) ? oldest : nullptr;
}

FollowedSecrets Gatherer::follow_secrets(const runtime::Request& request, const Spec& spec) {
  std::set<std::string> names = own_secrets();
  names.merge(referenced_secrets(spec));
  std::set<runtime::ObjectReference> wanted;
  for (const std::string& name : names) wanted.insert({gvk::kSecret, {request.key.ns, name}});
  references_.follow(request, wanted);
  FollowedSecrets secrets;
  for (const runtime::ObjectReference& reference : wanted) {
    secrets[reference.key.name] = references_.get(reference);
  }
  return secrets;
}

void Gatherer::follow_nothing(const runtime::Request& request) { references_.follow(request, {}); }

Gathered Gatherer::gather(SharedObject layer, Spec spec, FollowedSecrets secrets,
                          std::stop_token stop) {
  Gathered gathered;
  gathered.facts = facts_of(*layer, spec, stop);
  gathered.layer = std::move(layer);
  gathered.spec = std::move(spec);
  gathered.secrets = std::move(secrets);
  const std::set<std::string> initialised =
      confirm_absence(gathered.facts.ns, gathered.spec, gathered.secrets, stop);
  gathered.secret_report = read_secrets(gathered.spec, gathered.secrets, initialised);
  gathered.facts.credentials = gathered.secret_report.credentials;
  gathered.owned = owned(gathered.facts, gathered.secrets);
  gather_claims(gathered, stop);
  gather_pod_refusals(gathered, stop);
  return gathered;
}

Facts Gatherer::facts_of(const Json& layer, const Spec& spec, std::stop_token stop) {
  Facts facts;
  facts.ns = kube::key_of(layer).ns;
  facts.name = kube::key_of(layer).name;
  facts.uid = kube::uid_of(layer);
  facts.installation = installation_;
  facts.kinds.keda =
      cache_.kind(gvk::kScaledObject).served() && cache_.kind(gvk::kTriggerAuthentication).served();
  facts.kinds.flink = cache_.kind(gvk::kFlinkDeployment).served();
  find_api_server(facts, spec, stop);
  return facts;
}

// That a generated password is missing has consequences, and what is followed may lag behind our
// own writes: the API server itself is asked, and whether the password's component ran before.
// Returns the Secrets for which it did.
std::set<std::string> Gatherer::confirm_absence(const std::string& ns, const Spec& spec,
                                                FollowedSecrets& secrets, std::stop_token stop) {
  const std::map<std::string_view, std::string_view> parts = {
      {secret::kRedpandaSuperusers, part::kRedpanda},
      {secret::kFalkordbAuth, part::kFalkordb},
      {secret::kValkeyAuth, part::kValkey}};
  const kube::Resource resource{gvk::kSecret, "secrets"};
  std::set<std::string> initialised;
  for (const std::string& name : generated_secrets(spec)) {
    kube::FollowedObject& followed = secrets[name];
    if (followed.state != State::kAbsent) continue;
    if (std::optional<Json> live = client_.get(resource, {ns, name}, stop)) {
      followed.state = State::kPresent;
      followed.object = std::make_shared<const Json>(std::move(*live));
    } else if (part_ran_before(ns, std::string(parts.at(name)), stop)) {
      initialised.insert(name);
    }
  }
  return initialised;
}

bool Gatherer::part_ran_before(const std::string& ns, const std::string& part_name,
                               std::stop_token stop) {
  if (cache_.kind(gvk::kStatefulSet).get({ns, part_name})) return true;
  const kube::Resource claims{gvk::kPersistentVolumeClaim, "persistentvolumeclaims"};
  return client_.get(claims, {ns, "data-" + part_name + "-0"}, stop).has_value();
}

// Where Flink's pods reach the API server: the addresses behind the Service default/kubernetes,
// since policies are enforced behind Services.
void Gatherer::find_api_server(Facts& facts, const Spec& spec, std::stop_token stop) {
  if (!spec.flink.enabled || !facts.kinds.flink || !spec.network_policy.enabled ||
      !spec.network_policy.api_server_cidrs.empty() ||
      !facts.installation.api_server_addresses.empty()) {
    return;
  }
  const kube::Resource slices{gvk::kEndpointSlice, "endpointslices"};
  std::optional<Json> slice;
  try {
    slice = client_.get(slices, {"default", "kubernetes"}, stop);
  } catch (const kube::ApiError& error) {
    if (!error.is_forbidden()) throw;  // without the right to know, any address may be it
  }
  if (!slice) return;
  for (const Json& endpoint : slice->value("endpoints", Json::array())) {
    for (const Json& address : endpoint.value("addresses", Json::array())) {
      const auto text = address.get<std::string>();
      facts.installation.api_server_addresses.push_back(
          text + (text.find(':') == std::string::npos ? "/32" : "/128"));
    }
  }
  std::sort(facts.installation.api_server_addresses.begin(),
            facts.installation.api_server_addresses.end());
  const Json ports = slice->value("ports", Json::array());
  if (!ports.empty()) facts.installation.api_server_port = ports.front().value("port", 443);
}

void Gatherer::gather_claims(Gathered& gathered, std::stop_token stop) {
  gathered.claims = cache_.kind(gvk::kPersistentVolumeClaim).list(gathered.facts.ns);
  for (const SharedObject& claim : gathered.claims) {
    if (is_bound(*claim) && has_wanted_size(*claim, gathered.spec)) continue;
    const std::string name = claim->value("spec", Json::object()).value("storageClassName", "");
    if (name.empty() || gathered.classes.contains(name)) continue;
    if (const auto found = look_up_class(name, stop)) gathered.classes[name] = *found;
  }
}

// std::nullopt: without the right to know, nothing is said.
std::optional<StorageClass> Gatherer::look_up_class(const std::string& name, std::stop_token stop) {
  const kube::Resource classes{gvk::kStorageClass, "storageclasses", false};
  try {
    const std::optional<Json> found = client_.get(classes, {"", name}, stop);
    if (!found) return StorageClass{.exists = false, .expands = false};
    return StorageClass{.exists = true, .expands = found->value("allowVolumeExpansion", false)};
  } catch (const kube::ApiError& error) {
    if (error.is_forbidden()) return std::nullopt;
    throw;
  }
}

void Gatherer::gather_pod_refusals(Gathered& gathered, std::stop_token stop) {
  const kube::Resource events{gvk::kEvent, "events"};
  for (const SharedObject& set : gathered.owned) {
    if (set->value("kind", "") != "StatefulSet" || !lacks_pods(*set)) continue;
    gathered.lacks_pods = true;
    const std::string name = kube::key_of(*set).name;
    kube::ListOptions about;
    about.ns = gathered.facts.ns;
    about.field_selector = "involvedObject.kind=StatefulSet,involvedObject.name=" + name;
    about.limit = kEventsMax;
    try {
      const kube::ListPage page = client_.list(events, about, stop);
      if (auto refusal = refusal_of_pods(page.items)) {
        gathered.pod_refusals[name] = std::move(*refusal);
      }
    } catch (const kube::ApiError& error) {
      if (!error.is_forbidden()) throw;
    }
  }
}

SharedObject Gatherer::find(const Gathered& gathered, const kube::GroupVersionKind& kind,
                            const std::string& name) const {
  if (kind == gvk::kSecret) {
    const auto found = gathered.secrets.find(name);
    return found == gathered.secrets.end() ? nullptr : found->second.object;
  }
  return cache_.kind(kind).get({gathered.facts.ns, name});
}

std::vector<SharedObject> Gatherer::owned(const Facts& facts,
                                          const FollowedSecrets& secrets) const {
  std::vector<SharedObject> objects;
  for (const AppliedKind& kind : applied_kinds()) {
    for (SharedObject& object : cache_.kind(kind.gvk).list(facts.ns)) {
      const auto owner = kube::controller_of(*object);
      if (!owner || owner->uid == facts.uid) objects.push_back(std::move(object));
    }
  }
  for (const auto& [name, followed] : secrets) {
    if (followed.object && own_secrets().count(name) > 0) objects.push_back(followed.object);
  }
  return objects;
}

std::vector<SharedObject> Gatherer::pods(const Facts& facts, std::string_view part_name) const {
  const Json selector = selector_labels(part_name, facts.name);
  std::vector<SharedObject> found;
  for (SharedObject& pod : cache_.kind(gvk::kPod).list(facts.ns)) {
    const Json has = pod->at("metadata").value("labels", Json::object());
    const bool selected = std::all_of(
        selector.items().begin(), selector.items().end(),
        [&](const auto& wanted) { return has.value(wanted.key(), Json()) == wanted.value(); });
    if (selected) found.push_back(std::move(pod));
  }
  return found;
}

}  // namespace argus::adl
