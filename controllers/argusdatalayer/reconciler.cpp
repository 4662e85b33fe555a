#include "argusdatalayer/reconciler.h"

#include <algorithm>

#include "argusdatalayer/change_events.h"
#include "argusdatalayer/credentials.h"
#include "argusdatalayer/objects.h"
#include "argusdatalayer/resources.h"
#include "argusdatalayer/status.h"

namespace argus::adl {

using runtime::Object;
using State = runtime::FollowedObject::State;

// What one reconcile knows.
struct Reconciler::Gathered {
  Object resource;
  Spec spec;
  Facts facts;
  FollowedSecrets secrets;
  SecretReport report;
  std::vector<Json> wanted;
  Plan plan;
  ApplyResult applied;
};

Reconciler::Reconciler(kube::Client& client, const runtime::Cache& cache,
                       runtime::References& references, runtime::EventRecorder& events,
                       base::Clock& clock, Installation installation)
    : client_(client),
      cache_(cache),
      references_(references),
      events_(events),
      clock_(clock),
      installation_(std::move(installation)),
      applier_(client, memory_) {}

runtime::Result Reconciler::reconcile(const runtime::Request& request, std::stop_token stop) {
  Gathered gathered;
  gathered.resource = newest(cache_.kind(gvk::kDataLayer).get(request.key));
  if (!gathered.resource || kube::is_being_deleted(*gathered.resource)) {
    // Its objects go by their owner references; volumes and passwords stay or go with them.
    references_.follow(request, {});
    if (!gathered.resource) forget(request.key);
    return {};
  }
  const Json& resource = *gathered.resource;
  if (const Object other = occupant(resource)) {
    references_.follow(request, {});
    refuse(resource, "NamespaceOccupied",
           "namespace " + request.key.ns + " belongs to ArgusDataLayer " +
               kube::key_of(*other).name +
               ": one namespace holds one data layer; create this one in another namespace",
           stop);
    return {};
  }
  const Json written = resource.value("spec", Json::object());
  if (const std::vector<Violation> violations = check_spec(written); !violations.empty()) {
    std::string message;
    for (const Violation& violation : violations) {
      message += (message.empty() ? "" : "; ") + violation.to_string();
    }
    refuse(resource, "InvalidSpec", message, stop);
    return {};
  }
  gathered.spec = parse_spec(written);
  gathered.secrets = read_followed(request, gathered.spec);
  const bool unread =
      std::any_of(gathered.secrets.begin(), gathered.secrets.end(), [](const auto& secret) {
        return secret.second.state == State::kUnknown && secret.second.problem.empty();
      });
  if (unread) return {.requeue_after = kSecretWait};
  run(gathered, stop);
  return {};
}

void Reconciler::run(Gathered& gathered, std::stop_token stop) {
  const Json& resource = *gathered.resource;
  const Spec& spec = gathered.spec;
  Facts& facts = gathered.facts;
  const kube::ObjectKey key = kube::key_of(resource);
  facts.ns = key.ns;
  facts.name = key.name;
  facts.uid = kube::uid_of(resource);
  facts.installation = installation_;
  facts.kinds.keda =
      cache_.kind(gvk::kScaledObject).served() && cache_.kind(gvk::kTriggerAuthentication).served();
  facts.kinds.flink = cache_.kind(gvk::kFlinkDeployment).served();
  find_api_server(facts, spec, stop);

  std::set<std::string> initialised;
  confirm_absence(key.ns, spec, gathered.secrets, initialised, stop);
  gathered.report = read_secrets(spec, gathered.secrets, initialised);
  facts.credentials = gathered.report.credentials;
  if (!spec.paused) generate(gathered);
  std::map<std::string, std::string> previous;
  for (const Object& workload : owned(gathered)) {
    previous.merge(annotated_secret_hashes(*workload));
  }
  facts.secret_hashes =
      secret_hashes(spec, facts.credentials, gathered.secrets, previous, facts.uid);

  gathered.wanted = render(spec, facts);
  World world;
  world.find = [&](const kube::GroupVersionKind& kind, const std::string& name) {
    return find_live(gathered, kind, name);
  };
  world.owned = owned(gathered);
  if (spec.redpanda.mode == Mode::kManaged && facts.credentials.redpanda_service.empty()) {
    world.keep_secrets = {std::string(secret::kRedpandaCredentials), std::string(secret::kKeda)};
  }
  world.settled = [&](const Json& wanted, const Json& live,
                      const std::vector<std::string>& differences) {
    return memory_.settled(facts.uid, wanted, live, differences);
  };
  gathered.plan = make_plan(gathered.wanted, world, facts);
  if (!spec.paused) gathered.applied = applier_.apply(gathered.plan, world, facts, stop);

  Json status =
      make_status({.resource = resource,
                   .spec = spec,
                   .facts = facts,
                   .wanted = gathered.wanted,
                   .find = world.find,
                   .pods = [&](std::string_view part_name) { return pods(facts, part_name); },
                   .outcomes = gathered.applied.outcomes,
                   .waiting = gathered.plan.waiting,
                   .issues = gathered.report.issues,
                   .refused = memory_.refused(facts.uid),
                   .now = clock_.wall()});
  tell(resource, gathered.applied.outcomes);
  write_status(resource, std::move(status), stop);

  const auto failed =
      std::count_if(gathered.applied.outcomes.begin(), gathered.applied.outcomes.end(),
                    [](const Outcome& outcome) { return outcome.error.has_value(); });
  if (failed > 0) {
    throw ReconcileError(
        std::to_string(failed) + " of " + std::to_string(gathered.applied.outcomes.size()) +
        " writes failed; the conditions of ArgusDataLayer " + key.to_string() + " say which");
  }
}

// --- gather

// The resource that the namespace belongs to, when it is another one: the oldest.
Object Reconciler::occupant(const Json& resource) const {
  const auto age = [](const Json& object) {
    return std::pair(object.at("metadata").value("creationTimestamp", ""), kube::uid_of(object));
  };
  Object oldest;
  for (const Object& candidate : cache_.kind(gvk::kDataLayer).list(kube::key_of(resource).ns)) {
    if (!oldest || age(*candidate) < age(*oldest)) oldest = candidate;
  }
  return oldest && kube::uid_of(*oldest) != kube::uid_of(resource) ? oldest : nullptr;
}

FollowedSecrets Reconciler::read_followed(const runtime::Request& request, const Spec& spec) {
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

// That a generated password is missing has consequences, and what is followed may lag behind our
// own writes: the API server itself is asked, and whether the password's part ran before.
void Reconciler::confirm_absence(const std::string& ns, const Spec& spec, FollowedSecrets& secrets,
                                 std::set<std::string>& initialised, std::stop_token stop) {
  const std::map<std::string_view, std::string_view> parts = {
      {secret::kRedpandaSuperusers, part::kRedpanda},
      {secret::kFalkordbAuth, part::kFalkordb},
      {secret::kValkeyAuth, part::kValkey}};
  const kube::Resource resource{gvk::kSecret, "secrets"};
  for (const std::string& name : generated_secrets(spec)) {
    runtime::FollowedObject& followed = secrets[name];
    if (followed.state != State::kAbsent) continue;
    if (std::optional<Json> live = client_.get(resource, {ns, name}, stop)) {
      followed.state = State::kPresent;
      followed.object = std::make_shared<const Json>(std::move(*live));
    } else if (part_ran_before(ns, std::string(parts.at(name)), stop)) {
      initialised.insert(name);
    }
  }
}

bool Reconciler::part_ran_before(const std::string& ns, const std::string& part_name,
                                 std::stop_token stop) {
  if (cache_.kind(gvk::kStatefulSet).get({ns, part_name})) return true;
  const kube::Resource claims{gvk::kPersistentVolumeClaim, "persistentvolumeclaims"};
  return client_.get(claims, {ns, "data-" + part_name + "-0"}, stop).has_value();
}

// Where Flink's pods reach the API server: the addresses behind the Service default/kubernetes,
// since policies are enforced behind Services.
void Reconciler::find_api_server(Facts& facts, const Spec& spec, std::stop_token stop) {
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

Object Reconciler::find_live(const Gathered& gathered, const kube::GroupVersionKind& kind,
                             const std::string& name) const {
  const auto answered = gathered.applied.objects.find(kind.kind + " " + name);
  if (answered != gathered.applied.objects.end()) {
    return std::make_shared<const Json>(answered->second);
  }
  if (kind == gvk::kSecret) {
    const auto found = gathered.secrets.find(name);
    return found == gathered.secrets.end() ? nullptr : found->second.object;
  }
  return cache_.kind(kind).get({gathered.facts.ns, name});
}

std::vector<Object> Reconciler::owned(const Gathered& gathered) const {
  std::vector<Object> objects;
  for (const AppliedKind& kind : applied_kinds()) {
    for (Object& object : cache_.kind(kind.gvk).owned_by(gathered.facts.uid)) {
      objects.push_back(std::move(object));
    }
  }
  for (const auto& [name, followed] : gathered.secrets) {
    if (followed.object && own_secrets().count(name) > 0) objects.push_back(followed.object);
  }
  return objects;
}

std::vector<Object> Reconciler::pods(const Facts& facts, std::string_view part_name) const {
  const Json selector = selector_labels(part_name, facts.name);
  std::vector<Object> found;
  for (Object& pod : cache_.kind(gvk::kPod).list(facts.ns)) {
    const Json has = pod->at("metadata").value("labels", Json::object());
    const bool selected = std::all_of(
        selector.items().begin(), selector.items().end(),
        [&](const auto& wanted) { return has.value(wanted.key(), Json()) == wanted.value(); });
    if (selected) found.push_back(std::move(pod));
  }
  return found;
}

// --- decide

void Reconciler::generate(Gathered& gathered) {
  Credentials& credentials = gathered.facts.credentials;
  for (const std::string& name : gathered.report.to_generate) {
    if (name == secret::kRedpandaSuperusers) {
      credentials.redpanda_admin = generate_password();
      credentials.redpanda_service = generate_password();
    } else if (name == secret::kFalkordbAuth) {
      credentials.falkordb = generate_password();
    } else if (name == secret::kValkeyAuth) {
      credentials.valkey = generate_password();
    }
  }
}

// --- report

void Reconciler::refuse(const Json& resource, const std::string& reason, const std::string& message,
                        std::stop_token stop) {
  write_status(resource, refused_status(resource, reason, message, clock_.wall()), stop);
}

void Reconciler::write_status(const Json& resource, Json status, std::stop_token stop) {
  const Json before = resource.value("status", Json::object());
  if (same_status(before, status)) return;
  const std::string ready = condition_status(status, "Ready");
  if (ready != condition_status(before, "Ready")) {
    const Json& condition = status.at("conditions").at(0);
    events_.record(resource,
                   ready == "True" ? runtime::EventType::kNormal : runtime::EventType::kWarning,
                   ready == "True" ? "Ready" : "NotReady", condition.value("message", ""));
  }
  Json body = Json::object();
  body["apiVersion"] = kApiVersion;
  body["kind"] = kKind;
  body["metadata"]["name"] = kube::key_of(resource).name;
  body["metadata"]["namespace"] = kube::key_of(resource).ns;
  body["status"] = std::move(status);
  const kube::Resource layers{gvk::kDataLayer, "argusdatalayers"};
  try {
    Json answer = client_.apply(layers, body, kFieldManager, "status", stop);
    const base::MutexLock lock(mutex_);
    written_[kube::key_of(resource)] = {kube::uid_of(resource), kube::resource_version_of(resource),
                                        std::make_shared<const Json>(std::move(answer))};
  } catch (const kube::ApiError& error) {
    if (!error.is_not_found()) throw;  // it was deleted meanwhile
  }
}

// The resource as the cache has it, or as we wrote it when the cache has not seen that yet: times
// of conditions would start anew otherwise.
Object Reconciler::newest(const Object& cached) {
  if (!cached) return cached;
  const base::MutexLock lock(mutex_);
  const auto found = written_.find(kube::key_of(*cached));
  if (found == written_.end() || found->second.uid != kube::uid_of(*cached)) return cached;
  if (found->second.before_version == kube::resource_version_of(*cached)) {
    return found->second.answer;
  }
  return cached;
}

void Reconciler::tell(const Json& resource, const std::vector<Outcome>& outcomes) {
  for (const ChangeEvent& event : change_events(outcomes)) {
    events_.record(resource, event.type, event.reason, event.message);
  }
}

void Reconciler::forget(const kube::ObjectKey& key) {
  std::string uid;
  {
    const base::MutexLock lock(mutex_);
    const auto found = written_.find(key);
    if (found == written_.end()) return;
    uid = found->second.uid;
    written_.erase(found);
  }
  memory_.forget(uid);
}

}  // namespace argus::adl
