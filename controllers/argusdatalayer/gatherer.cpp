#include "argusdatalayer/gatherer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "argusdatalayer/model/image_version.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "kube/errors.h"
#include "kube_object/followed_object.h"

namespace argus::adl {

using kube::SharedObject;
using State = kube::FollowedObject::State;

namespace {

bool cannot_pull(const SharedObject& pod) {
  const Json status = pod->value("status", Json::object());
  for (const Json& container : status.value("containerStatuses", Json::array())) {
    const Json waiting = container.value("state", Json::object()).value("waiting", Json::object());
    const std::string reason = waiting.value("reason", "");
    if (reason == "ErrImagePull" || reason == "ImagePullBackOff" || reason == "InvalidImageName") {
      return true;
    }
  }
  return false;
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
  gathered.facts.unusable_secrets = gathered.secret_report.unusable;
  gathered.owned = owned(gathered.facts, gathered.secrets);
  gathered.workloads = workloads(gathered.facts);
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
  keep_release_of_brokers(facts);
  find_api_server(facts, spec, stop);
  return facts;
}

// Redpanda can skip no feature release, and cannot go back: an operator with a newer default leaves
// brokers on theirs until somebody names the next one. What cannot be pulled is no release to keep.
// Source: https://docs.redpanda.com/current/upgrade/k-rolling-upgrade/, Limitations.
void Gatherer::keep_release_of_brokers(Facts& facts) const {
  const SharedObject brokers =
      cache_.kind(gvk::kStatefulSet).get({facts.ns, std::string(part::kRedpanda)});
  const Json::json_pointer image("/spec/template/spec/containers/0/image");
  if (!brokers || !brokers->contains(image)) return;
  const auto runs = brokers->at(image).get<std::string>();
  if (!newer_release(facts.installation.images.redpanda, runs)) return;
  const std::vector<SharedObject> all = pods(facts, part::kRedpanda);
  if (std::none_of(all.begin(), all.end(), cannot_pull)) facts.installation.images.redpanda = runs;
}

// That a generated password is missing has consequences, and what is followed may lag behind our
// own writes: the API server itself is asked, and, where not any password fits, whether its
// component ran before.
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
    } else if (!any_password_fits(name) && part_ran_before(ns, std::string(parts.at(name)), stop)) {
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
    for (SharedObject& object : cache_.kind(kind.gvk).owned_by(facts.uid)) {
      objects.push_back(std::move(object));
    }
  }
  for (const auto& [name, followed] : secrets) {
    if (followed.object && own_secrets().count(name) > 0) objects.push_back(followed.object);
  }
  return objects;
}

std::vector<SharedObject> Gatherer::workloads(const Facts& facts) const {
  std::vector<SharedObject> objects;
  for (const kube::GroupVersionKind& kind :
       {gvk::kStatefulSet, gvk::kDeployment, gvk::kFlinkDeployment}) {
    for (SharedObject& object : cache_.kind(kind).list(facts.ns)) {
      objects.push_back(std::move(object));
    }
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
