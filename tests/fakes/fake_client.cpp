#include "fakes/fake_client.h"

#include <algorithm>

#include "base/clock.h"
#include "base/http/transport.h"
#include "fakes/selector.h"

namespace argus::fakes {

using kube::ApiError;
using kube::GroupVersionKind;
using kube::Json;
using kube::ObjectKey;
using kube::Resource;
using kube::WatchEvent;

namespace {

const GroupVersionKind kDefinition{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};

std::vector<Resource> built_in_resources() {
  const auto in = [](const char* group, const char* version, const char* kind, const char* plural,
                     bool namespaced = true) {
    return Resource{{group, version, kind}, plural, namespaced};
  };
  return {in("", "v1", "ConfigMap", "configmaps"),
          in("", "v1", "Event", "events"),
          in("", "v1", "LimitRange", "limitranges"),
          in("", "v1", "Namespace", "namespaces", false),
          in("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
          in("", "v1", "Pod", "pods"),
          in("", "v1", "ResourceQuota", "resourcequotas"),
          in("", "v1", "Secret", "secrets"),
          in("", "v1", "Service", "services"),
          in("", "v1", "ServiceAccount", "serviceaccounts"),
          in("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions",
             false),
          in("apps", "v1", "Deployment", "deployments"),
          in("apps", "v1", "StatefulSet", "statefulsets"),
          in("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
          in("batch", "v1", "CronJob", "cronjobs"),
          in("batch", "v1", "Job", "jobs"),
          in("coordination.k8s.io", "v1", "Lease", "leases"),
          in("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
          in("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"),
          in("rbac.authorization.k8s.io", "v1", "Role", "roles"),
          in("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
          in("storage.k8s.io", "v1", "StorageClass", "storageclasses", false)};
}

std::string api_version(const GroupVersionKind& gvk) {
  return gvk.group.empty() ? gvk.version : gvk.group + "/" + gvk.version;
}

ApiError not_found(const Resource& resource, const ObjectKey& key) {
  return ApiError(404, "NotFound", resource.plural + " \"" + key.name + "\" not found");
}

ApiError expired() {
  return ApiError(410, "Expired", "The provided resource version or continue token is too old.");
}

Json expired_status() {
  return {{"kind", "Status"},
          {"code", 410},
          {"reason", "Expired"},
          {"message", "too old resource version"}};
}

ApiError conflict(const Resource& resource, const ObjectKey& key) {
  return ApiError(409, "Conflict",
                  "Operation cannot be fulfilled on " + resource.plural + " \"" + key.name +
                      "\": the object has been modified");
}

Json reduced(Json object, bool metadata_only) {
  if (!metadata_only) return object;
  Json partial = Json::object();
  partial["apiVersion"] = "meta.k8s.io/v1";
  partial["kind"] = "PartialObjectMetadata";
  partial["metadata"] = std::move(object["metadata"]);
  return partial;
}

// Everything but metadata and status: what `generation` counts the versions of.
Json desired_part(Json object) {
  object.erase("metadata");
  object.erase("status");
  return object;
}

// Server-side apply, approximated: fields that were applied before and are not now are taken away
// ...
void withdraw(Json& live, const Json& before, const Json& now) {
  for (const auto& [field, value] : before.items()) {
    if (!live.is_object() || !live.contains(field)) continue;
    if (!now.is_object() || !now.contains(field)) {
      if (value.is_object() && live[field].is_object()) {
        withdraw(live[field], value, Json::object());
        if (live[field].empty()) live.erase(field);
      } else {
        live.erase(field);
      }
    } else if (value.is_object()) {
      withdraw(live[field], value, now[field]);
    }
  }
}

// ... and those that are applied now are set.
void overlay(Json& live, const Json& now) {
  for (const auto& [field, value] : now.items()) {
    if (value.is_object() && live.contains(field) && live[field].is_object()) {
      overlay(live[field], value);
    } else {
      live[field] = value;
    }
  }
}

// Not a field that somebody may set by applying.
Json without_server_fields(Json object) {
  for (const char* field : {"resourceVersion", "uid", "generation", "creationTimestamp",
                            "managedFields", "deletionTimestamp"}) {
    if (object.contains("metadata")) object["metadata"].erase(field);
  }
  return object;
}

}  // namespace

struct FakeClient::WatchCursor {
  std::uint64_t version = 0;
  std::uint64_t bookmarks = 0;
  std::uint64_t generation = 0;
};

FakeClient::FakeClient() {
  for (const Resource& resource : built_in_resources()) {
    served_[{resource.gvk.group, resource.gvk.kind}] = resource;
  }
}

void FakeClient::enter(const FakeRequest& request, std::stop_token stop) {
  std::function<void(const FakeRequest&, std::stop_token)> hook;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    hook = hook_;
  }
  if (stop.stop_requested()) {
    throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
  }
  if (hook) hook(request, stop);
}

void FakeClient::require_served(const Resource& resource) const {
  const auto found = served_.find({resource.gvk.group, resource.gvk.kind});
  if (found == served_.end() || found->second.gvk.version != resource.gvk.version) {
    throw ApiError(404, "NotFound", "the server could not find the requested resource");
  }
}

Json* FakeClient::find(const Kind& kind, const ObjectKey& key) {
  const auto objects = objects_.find(kind);
  if (objects == objects_.end()) return nullptr;
  const auto found = objects->second.find(key);
  return found == objects->second.end() ? nullptr : &found->second;
}

// Stores a version of an object and lets the watches know.
Json FakeClient::store(const Kind& kind, const ObjectKey& key, Json object) {
  Json& slot = objects_[kind][key];
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  history_.push_back({version_, kind, slot, object});
  slot = std::move(object);
  changed_.notify_all();
  return slot;
}

void FakeClient::erase_stored(const Kind& kind, const ObjectKey& key) {
  Json* object = find(kind, key);
  if (object == nullptr) return;
  applied_.erase(kube::uid_of(*object));
  Json last = std::move(*object);
  objects_[kind].erase(key);
  last["metadata"]["resourceVersion"] = std::to_string(++version_);
  history_.push_back({version_, kind, std::move(last), Json()});
  changed_.notify_all();
}

Json FakeClient::insert(const Resource& resource, Json object) {
  object["apiVersion"] = api_version(resource.gvk);
  object["kind"] = resource.gvk.kind;
  Json& metadata = object["metadata"];
  const std::uint64_t number = ++names_;
  if (!metadata.contains("name") && metadata.contains("generateName")) {
    metadata["name"] =
        metadata["generateName"].get<std::string>() + std::to_string(10'000 + number);
  }
  const std::string digits = std::to_string(100'000'000'000 + number);
  metadata["uid"] = "00000000-0000-4000-8000-" + digits;
  metadata["generation"] = 1;
  metadata["creationTimestamp"] = base::to_rfc3339(base::system_clock().wall());
  const ObjectKey key = kube::key_of(object);
  return store({resource.gvk.group, resource.gvk.kind}, key, std::move(object));
}

// The rules of a write to an object that exists: a write that changes nothing makes no new version,
// a change of the desired part is a new generation, the last finalizer of a deleted object ends it.
Json FakeClient::replace(const Resource& resource, const Json& before, Json after,
                         std::string_view subresource) {
  const Kind kind{resource.gvk.group, resource.gvk.kind};
  const ObjectKey key = kube::key_of(before);
  if (subresource == "status") {
    Json kept = before;
    if (after.contains("status")) kept["status"] = after["status"];
    after = std::move(kept);
  } else if (before.contains("status")) {
    after["status"] = before["status"];
  } else {
    after.erase("status");
  }
  for (const char* field :
       {"uid", "generation", "creationTimestamp", "resourceVersion", "deletionTimestamp"}) {
    const Json& old = before["metadata"];
    if (old.contains(field)) after["metadata"][field] = old[field];
  }
  if (after == before) return before;
  if (desired_part(after) != desired_part(before)) {
    after["metadata"]["generation"] = kube::generation_of(before) + 1;
  }
  const Json finalizers = after["metadata"].value("finalizers", Json::array());
  if (kube::is_being_deleted(before) && finalizers.empty()) {
    erase_stored(kind, key);
    return after;
  }
  return store(kind, key, std::move(after));
}

std::optional<Json> FakeClient::get(const Resource& resource, const ObjectKey& key,
                                    std::stop_token stop) {
  enter({.verb = Verb::kGet, .gvk = resource.gvk, .key = key, .subresource = ""}, stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  const Json* object = find({resource.gvk.group, resource.gvk.kind}, key);
  return object == nullptr ? std::nullopt : std::optional<Json>(*object);
}

std::deque<Json> FakeClient::matching(const Resource& resource, const std::string& ns,
                                      const std::string& labels, const std::string& fields) const {
  std::deque<Json> found;
  const auto objects = objects_.find({resource.gvk.group, resource.gvk.kind});
  if (objects == objects_.end()) return found;
  for (const auto& [key, object] : objects->second) {
    const bool here = ns.empty() || key.ns == ns;
    if (here && labels_match(labels, object) && fields_match(fields, object)) {
      found.push_back(object);
    }
  }
  return found;
}

kube::ListPage FakeClient::list(const Resource& resource, const kube::ListOptions& options,
                                std::stop_token stop) {
  const ObjectKey everything{options.ns, ""};
  enter({.verb = Verb::kList, .gvk = resource.gvk, .key = everything, .subresource = ""}, stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  Snapshot snapshot;
  if (options.continue_token.empty()) {
    snapshot = {version_,
                matching(resource, options.ns, options.label_selector, options.field_selector)};
  } else {
    const auto found = snapshots_.find(options.continue_token);
    if (found == snapshots_.end()) throw expired();
    snapshot = std::move(found->second);
    snapshots_.erase(found);
  }
  kube::ListPage page;
  page.resource_version = std::to_string(snapshot.version);
  const std::size_t limit =
      options.limit > 0 ? static_cast<std::size_t>(options.limit) : snapshot.rest.size();
  while (!snapshot.rest.empty() && page.items.size() < limit) {
    Json item = reduced(std::move(snapshot.rest.front()), options.metadata_only);
    // As the real server: the items of a list of a built-in kind do not say what they are.
    if (!options.metadata_only) {
      item.erase("apiVersion");
      item.erase("kind");
    }
    page.items.push_back(std::move(item));
    snapshot.rest.pop_front();
  }
  if (!snapshot.rest.empty()) {
    page.continue_token = "page-" + std::to_string(++names_);
    snapshots_[page.continue_token] = std::move(snapshot);
  }
  return page;
}

// What a watch has to say next, given where it is.
std::vector<std::pair<WatchEvent::Type, Json>> FakeClient::due(const Resource& resource,
                                                               const kube::WatchOptions& options,
                                                               WatchCursor& cursor) const {
  std::vector<std::pair<WatchEvent::Type, Json>> events;
  const Kind kind{resource.gvk.group, resource.gvk.kind};
  const auto selected = [&options](const Json& object) {
    if (object.is_null()) return false;
    const bool here = options.ns.empty() || kube::key_of(object).ns == options.ns;
    return here && labels_match(options.label_selector, object) &&
           fields_match(options.field_selector, object);
  };
  const auto unseen = std::upper_bound(
      history_.begin(), history_.end(), cursor.version,
      [](std::uint64_t version, const Event& event) { return version < event.version; });
  for (auto position = unseen; position != history_.end(); ++position) {
    const Event& event = *position;
    if (event.kind != kind) continue;
    const bool before = selected(event.before);
    const bool after = selected(event.after);
    Json object = event.after.is_null() ? event.before : event.after;
    object["metadata"]["resourceVersion"] = std::to_string(event.version);
    object = reduced(std::move(object), options.metadata_only);
    if (!before && !after) continue;
    const auto type = before && after ? WatchEvent::Type::kModified
                      : after         ? WatchEvent::Type::kAdded
                                      : WatchEvent::Type::kDeleted;
    events.emplace_back(type, std::move(object));
  }
  cursor.version = version_;
  if (cursor.bookmarks != bookmarks_) {
    cursor.bookmarks = bookmarks_;
    Json bookmark = Json::object();
    bookmark["metadata"]["resourceVersion"] = std::to_string(version_);
    events.emplace_back(WatchEvent::Type::kBookmark, std::move(bookmark));
  }
  return events;
}

void FakeClient::watch(const Resource& resource, const kube::WatchOptions& options,
                       std::stop_token stop,
                       const std::function<bool(const WatchEvent&)>& on_event) {
  FakeRequest request{
      .verb = Verb::kWatch, .gvk = resource.gvk, .key = {options.ns, ""}, .subresource = ""};
  request.watch_list = options.send_initial_events;
  enter(request, stop);
  const auto hand_over = [&on_event](std::vector<std::pair<WatchEvent::Type, Json>> events) {
    return std::all_of(events.begin(), events.end(), [&on_event](auto& event) {
      return on_event(WatchEvent{event.first, &event.second});
    });
  };
  std::unique_lock lock(mutex_);
  require_served(resource);
  WatchCursor cursor{version_, bookmarks_, watch_generation_};
  std::vector<std::pair<WatchEvent::Type, Json>> first;
  if (options.send_initial_events) {
    if (!watch_list_) {
      throw ApiError(422, "Invalid", "sendInitialEvents is forbidden for watch");
    }
    for (Json& object :
         matching(resource, options.ns, options.label_selector, options.field_selector)) {
      first.emplace_back(WatchEvent::Type::kAdded,
                         reduced(std::move(object), options.metadata_only));
    }
    Json bookmark = Json::object();
    bookmark["metadata"]["resourceVersion"] = std::to_string(version_);
    bookmark["metadata"]["annotations"]["k8s.io/initial-events-end"] = "true";
    first.emplace_back(WatchEvent::Type::kBookmark, std::move(bookmark));
  } else {
    cursor.version = std::stoull(options.resource_version);
    if (cursor.version < compacted_) {
      if (expire_by_status_) throw expired();
      first.emplace_back(WatchEvent::Type::kError, expired_status());
    }
  }
  struct Open {
    std::atomic<int>& count;
    explicit Open(std::atomic<int>& all) : count(all) { ++count; }
    ~Open() { --count; }
  } const open(open_watches_);
  std::vector<std::pair<WatchEvent::Type, Json>> events = std::move(first);
  for (;;) {
    lock.unlock();
    if (!hand_over(std::move(events))) return;
    lock.lock();
    changed_.wait(lock, stop, [&] {
      return cursor.version != version_ || cursor.bookmarks != bookmarks_ ||
             cursor.generation != watch_generation_;
    });
    if (stop.stop_requested()) {
      throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
    }
    if (cursor.version < compacted_) {
      events.clear();  // what it has not seen yet is forgotten
      events.emplace_back(WatchEvent::Type::kError, expired_status());
      continue;
    }
    events = due(resource, options, cursor);
    if (cursor.generation != watch_generation_) {
      lock.unlock();
      hand_over(std::move(events));
      return;
    }
  }
}

Json FakeClient::apply(const Resource& resource, const Json& object, std::string_view field_manager,
                       std::string_view subresource, std::stop_token stop) {
  const ObjectKey key = kube::key_of(object);
  enter({.verb = Verb::kApply,
         .gvk = resource.gvk,
         .key = key,
         .subresource = std::string(subresource)},
        stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  const Json* before = find({resource.gvk.group, resource.gvk.kind}, key);
  const std::string manager = std::string(field_manager) + "/" + std::string(subresource);
  const Json fields = without_server_fields(object);
  if (before == nullptr) {
    if (!subresource.empty()) throw not_found(resource, key);
    Json created = fields;
    created.erase("status");
    created = insert(resource, std::move(created));
    applied_[kube::uid_of(created)][manager] = fields;
    return created;
  }
  Json after = *before;
  Json& last = applied_[kube::uid_of(*before)][manager];
  if (last.is_object()) withdraw(after, last, fields);
  overlay(after, fields);
  last = fields;
  return replace(resource, Json(*before), std::move(after), subresource);
}

Json FakeClient::create(const Resource& resource, const Json& object, std::string_view /*manager*/,
                        std::stop_token stop) {
  const ObjectKey key = kube::key_of(object);
  enter({.verb = Verb::kCreate, .gvk = resource.gvk, .key = key, .subresource = ""}, stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  if (find({resource.gvk.group, resource.gvk.kind}, key) != nullptr) {
    throw ApiError(409, "AlreadyExists", resource.plural + " \"" + key.name + "\" already exists");
  }
  return insert(resource, without_server_fields(object));
}

Json FakeClient::update(const Resource& resource, const Json& object, std::string_view /*manager*/,
                        std::string_view subresource, std::stop_token stop) {
  const ObjectKey key = kube::key_of(object);
  enter({.verb = Verb::kUpdate,
         .gvk = resource.gvk,
         .key = key,
         .subresource = std::string(subresource)},
        stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  const Json* before = find({resource.gvk.group, resource.gvk.kind}, key);
  if (before == nullptr) throw not_found(resource, key);
  const std::string version = kube::resource_version_of(object);
  if (!version.empty() && version != kube::resource_version_of(*before)) {
    throw conflict(resource, key);
  }
  return replace(resource, Json(*before), object, subresource);
}

Json FakeClient::merge_patch(const Resource& resource, const ObjectKey& key, const Json& patch,
                             std::string_view /*manager*/, std::string_view subresource,
                             std::stop_token stop) {
  enter({.verb = Verb::kPatch,
         .gvk = resource.gvk,
         .key = key,
         .subresource = std::string(subresource)},
        stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  const Json* before = find({resource.gvk.group, resource.gvk.kind}, key);
  if (before == nullptr) throw not_found(resource, key);
  const std::string version = patch.value("/metadata/resourceVersion"_json_pointer, "");
  if (!version.empty() && version != kube::resource_version_of(*before)) {
    throw conflict(resource, key);
  }
  Json after = *before;
  after.merge_patch(patch);
  return replace(resource, Json(*before), std::move(after), subresource);
}

bool FakeClient::remove(const Resource& resource, const ObjectKey& key,
                        const kube::DeleteOptions& options, std::stop_token stop) {
  enter({.verb = Verb::kDelete, .gvk = resource.gvk, .key = key, .subresource = ""}, stop);
  const std::lock_guard lock(mutex_);
  require_served(resource);
  const Kind kind{resource.gvk.group, resource.gvk.kind};
  const Json* object = find(kind, key);
  if (object == nullptr) return false;
  const bool other_uid = !options.uid.empty() && options.uid != kube::uid_of(*object);
  const bool other_version = !options.resource_version.empty() &&
                             options.resource_version != kube::resource_version_of(*object);
  if (other_uid || other_version) throw conflict(resource, key);
  if ((*object)["metadata"].value("finalizers", Json::array()).empty()) {
    erase_stored(kind, key);
  } else if (!kube::is_being_deleted(*object)) {
    Json deleted = *object;
    deleted["metadata"]["deletionTimestamp"] = base::to_rfc3339(base::system_clock().wall());
    store(kind, key, std::move(deleted));
  }
  return true;
}

std::optional<Resource> FakeClient::resource_for(const GroupVersionKind& gvk,
                                                 std::stop_token stop) {
  enter({.verb = Verb::kDiscovery, .gvk = gvk, .key = {}, .subresource = ""}, stop);
  const std::lock_guard lock(mutex_);
  const auto known = discovered_.find(gvk);
  if (known != discovered_.end()) return known->second;
  const auto found = served_.find({gvk.group, gvk.kind});
  std::optional<Resource> answer;
  if (found != served_.end() && found->second.gvk == gvk) answer = found->second;
  discovered_[gvk] = answer;
  return answer;
}

void FakeClient::forget_discovery() {
  const std::lock_guard lock(mutex_);
  discovered_.clear();
}

std::string FakeClient::server_version(std::stop_token /*stop*/) { return "v1.36.0"; }

void FakeClient::define(const Resource& resource) {
  const std::lock_guard lock(mutex_);
  served_[{resource.gvk.group, resource.gvk.kind}] = resource;
  Json definition = Json::object();
  definition["metadata"]["name"] = resource.plural + "." + resource.gvk.group;
  definition["spec"]["group"] = resource.gvk.group;
  definition["spec"]["names"]["kind"] = resource.gvk.kind;
  definition["spec"]["names"]["plural"] = resource.plural;
  definition["spec"]["scope"] = resource.namespaced ? "Namespaced" : "Cluster";
  const ObjectKey key{"", resource.plural + "." + resource.gvk.group};
  if (find({kDefinition.group, kDefinition.kind}, key) == nullptr) {
    insert({kDefinition, "customresourcedefinitions", false}, std::move(definition));
  }
}

void FakeClient::undefine(const GroupVersionKind& gvk) {
  const std::lock_guard lock(mutex_);
  const Kind kind{gvk.group, gvk.kind};
  const auto found = served_.find(kind);
  if (found == served_.end()) return;
  const ObjectKey definition{"", found->second.plural + "." + gvk.group};
  std::vector<ObjectKey> keys;
  for (const auto& [key, object] : objects_[kind]) keys.push_back(key);
  for (const ObjectKey& key : keys) erase_stored(kind, key);
  served_.erase(found);
  ++watch_generation_;
  erase_stored({kDefinition.group, kDefinition.kind}, definition);
}

Json FakeClient::put(const Json& object) {
  const std::lock_guard lock(mutex_);
  const GroupVersionKind gvk = kube::gvk_of(object);
  const Kind kind{gvk.group, gvk.kind};
  const auto served = served_.find(kind);
  if (served == served_.end()) {
    throw std::logic_error("FakeClient::put: kind " + gvk.kind +
                           " is not served; define() it first");
  }
  const ObjectKey key = kube::key_of(object);
  const Json* existing = find(kind, key);
  if (existing == nullptr) return insert(served->second, without_server_fields(object));
  const Json before = *existing;
  Json after = without_server_fields(object);
  for (const char* field : {"uid", "generation", "creationTimestamp", "deletionTimestamp"}) {
    if (before["metadata"].contains(field)) after["metadata"][field] = before["metadata"][field];
  }
  if (desired_part(after) != desired_part(before)) {
    after["metadata"]["generation"] = kube::generation_of(before) + 1;
  }
  return store(kind, key, std::move(after));
}

void FakeClient::erase(const GroupVersionKind& gvk, const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  erase_stored({gvk.group, gvk.kind}, key);
}

std::optional<Json> FakeClient::peek(const GroupVersionKind& gvk, const ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto objects = objects_.find({gvk.group, gvk.kind});
  if (objects == objects_.end()) return std::nullopt;
  const auto found = objects->second.find(key);
  return found == objects->second.end() ? std::nullopt : std::optional<Json>(found->second);
}

std::vector<Json> FakeClient::peek_all(const GroupVersionKind& gvk) const {
  const std::lock_guard lock(mutex_);
  std::vector<Json> all;
  const auto objects = objects_.find({gvk.group, gvk.kind});
  if (objects == objects_.end()) return all;
  for (const auto& [key, object] : objects->second) all.push_back(object);
  return all;
}

void FakeClient::compact() {
  const std::lock_guard lock(mutex_);
  history_.clear();
  snapshots_.clear();
  compacted_ = version_;
}

void FakeClient::end_watches() {
  const std::lock_guard lock(mutex_);
  ++watch_generation_;
  changed_.notify_all();
}

void FakeClient::send_bookmarks() {
  const std::lock_guard lock(mutex_);
  ++bookmarks_;
  changed_.notify_all();
}

void FakeClient::serve_watch_list(bool supported) {
  const std::lock_guard lock(mutex_);
  watch_list_ = supported;
}

void FakeClient::expire_by_status(bool by_status) {
  const std::lock_guard lock(mutex_);
  expire_by_status_ = by_status;
}

void FakeClient::intercept(std::function<void(const FakeRequest&, std::stop_token)> hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

std::vector<FakeRequest> FakeClient::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeClient::count(const std::function<bool(const FakeRequest&)>& which) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(requests_.begin(), requests_.end(), which));
}

std::size_t FakeClient::count(Verb verb) const {
  return count([verb](const FakeRequest& request) { return request.verb == verb; });
}

void FakeClient::forget_requests() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
}

}  // namespace argus::fakes
