#include "runtime/object_store.h"

#include <stdexcept>

namespace argus::runtime {
namespace {

bool same_version(const kube::Json& a, const kube::Json& b) {
  const std::string version = kube::resource_version_of(a);
  return !version.empty() && version == kube::resource_version_of(b) &&
         kube::uid_of(a) == kube::uid_of(b);
}

std::vector<std::string> owner_uids(const kube::Json& object) {
  std::vector<std::string> uids;
  const auto metadata = object.find("metadata");
  if (metadata == object.end()) return uids;
  const auto owners = metadata->find("ownerReferences");
  if (owners == metadata->end() || !owners->is_array()) return uids;
  for (const kube::Json& owner : *owners) {
    if (owner.is_object()) uids.push_back(owner.value("uid", ""));
  }
  return uids;
}

}  // namespace

ObjectStore::ObjectStore(Indexes indexes) : functions_(std::move(indexes)) {
  for (const auto& [name, function] : functions_) indexes_[name];
}

kube::SharedObject ObjectStore::get(const kube::ObjectKey& key) const {
  const base::MutexLock lock(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<kube::SharedObject> ObjectStore::list(std::string_view ns) const {
  const base::MutexLock lock(mutex_);
  std::vector<kube::SharedObject> all;
  auto position = ns.empty() ? objects_.begin() : objects_.lower_bound({std::string(ns), ""});
  for (; position != objects_.end() && (ns.empty() || position->first.ns == ns); ++position) {
    all.push_back(position->second);
  }
  return all;
}

std::vector<kube::SharedObject> ObjectStore::owned_by(std::string_view uid) const {
  const base::MutexLock lock(mutex_);
  return found(owners_, std::string(uid));
}

std::vector<kube::SharedObject> ObjectStore::by_index(std::string_view index,
                                                      const std::string& value) const {
  const base::MutexLock lock(mutex_);
  const auto declared = indexes_.find(index);
  if (declared == indexes_.end()) {
    throw std::logic_error("no index '" + std::string(index) +
                           "' was declared for this kind: add it to WatchedKind::indexes");
  }
  return found(declared->second, value);
}

std::vector<kube::SharedObject> ObjectStore::found(const Index& index,
                                                   const std::string& value) const {
  std::vector<kube::SharedObject> result;
  const auto keys = index.find(value);
  if (keys == index.end()) return result;
  for (const kube::ObjectKey& key : keys->second) result.push_back(objects_.at(key));
  return result;
}

std::size_t ObjectStore::size() const {
  const base::MutexLock lock(mutex_);
  return objects_.size();
}

std::vector<Change> ObjectStore::upsert(kube::SharedObject object) {
  const base::MutexLock lock(mutex_);
  std::vector<Change> changes;
  const kube::ObjectKey key = kube::key_of(*object);
  put(key, std::move(object), changes);
  return changes;
}

std::vector<Change> ObjectStore::erase(const kube::ObjectKey& key) {
  const base::MutexLock lock(mutex_);
  std::vector<Change> changes;
  const auto found = objects_.find(key);
  if (found != objects_.end()) drop(found, changes);
  return changes;
}

std::vector<Change> ObjectStore::replace(std::vector<kube::SharedObject> objects) {
  const base::MutexLock lock(mutex_);
  std::vector<Change> changes;
  std::set<kube::ObjectKey> kept;
  for (kube::SharedObject& object : objects) {
    const kube::ObjectKey key = kube::key_of(*object);
    kept.insert(key);
    put(key, std::move(object), changes);
  }
  for (auto position = objects_.begin(); position != objects_.end();) {
    const auto current = position++;
    if (!kept.contains(current->first)) drop(current, changes);
  }
  return changes;
}

void ObjectStore::put(const kube::ObjectKey& key, kube::SharedObject object,
                      std::vector<Change>& changes) {
  kube::SharedObject& slot = objects_[key];
  if (slot && same_version(*slot, *object)) return;
  if (slot) leave(key, *slot);
  enter(key, *object);
  changes.push_back({slot, object});
  slot = std::move(object);
}

void ObjectStore::drop(std::map<kube::ObjectKey, kube::SharedObject>::iterator position,
                       std::vector<Change>& changes) {
  leave(position->first, *position->second);
  changes.push_back({position->second, nullptr});
  objects_.erase(position);
}

void ObjectStore::enter(const kube::ObjectKey& key, const kube::Json& object) {
  for (const std::string& uid : owner_uids(object)) owners_[uid].insert(key);
  for (const auto& [name, function] : functions_) {
    for (const std::string& value : function(object)) indexes_[name][value].insert(key);
  }
}

void ObjectStore::leave(const kube::ObjectKey& key, const kube::Json& object) {
  const auto remove = [&key](Index& index, const std::string& value) {
    const auto keys = index.find(value);
    if (keys == index.end()) return;
    keys->second.erase(key);
    if (keys->second.empty()) index.erase(keys);
  };
  for (const std::string& uid : owner_uids(object)) remove(owners_, uid);
  for (const auto& [name, function] : functions_) {
    for (const std::string& value : function(object)) remove(indexes_[name], value);
  }
}

}  // namespace argus::runtime
