// The objects of one kind that an informer has seen, with indexes: by key, by namespace, by the UID
// of an owner, and by whatever index functions the controller declares.
//
// Objects are immutable snapshots: a reader keeps what it got for as long as it likes, and never
// sees it change. What get() returns may be older than what the API server holds (the cache follows
// the watch).
//
// Threads: every method may be called from any thread; the lock is held inside each method only.
// Failure: by_index() of an index that was never declared throws std::logic_error.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "kube_object/object.h"

namespace argus::runtime {

// What happened to one object: `before` is nullptr when it is new, `after` when it is gone.
struct Change {
  kube::SharedObject before;
  kube::SharedObject after;
  [[nodiscard]] const kube::Json& either() const { return after ? *after : *before; }
};

// The values an object is found under. Pure; called once for each version of an object.
using IndexFunction = std::function<std::vector<std::string>(const kube::Json&)>;
using Indexes = std::map<std::string, IndexFunction, std::less<>>;

class ObjectStore {
 public:
  explicit ObjectStore(Indexes indexes = {});

  [[nodiscard]] kube::SharedObject get(const kube::ObjectKey& key) const;
  // Ordered by key. An empty namespace means all.
  [[nodiscard]] std::vector<kube::SharedObject> list(std::string_view ns = {}) const;
  // Every object with an owner reference (controller or not) to that UID.
  [[nodiscard]] std::vector<kube::SharedObject> owned_by(std::string_view uid) const;
  [[nodiscard]] std::vector<kube::SharedObject> by_index(std::string_view index,
                                                         const std::string& value) const;
  [[nodiscard]] std::size_t size() const;

  // The writing side belongs to the informer. Each returns what changed; a version that is already
  // there (same UID and resourceVersion) is not a change.
  std::vector<Change> upsert(kube::SharedObject object);
  std::vector<Change> erase(const kube::ObjectKey& key);
  // What is not in `objects` is gone: this is how deletions that the watch missed are noticed.
  std::vector<Change> replace(std::vector<kube::SharedObject> objects);

 private:
  using Index = std::unordered_map<std::string, std::set<kube::ObjectKey>>;

  void put(const kube::ObjectKey& key, kube::SharedObject object, std::vector<Change>& changes)
      ARGUS_REQUIRES(mutex_);
  void drop(std::map<kube::ObjectKey, kube::SharedObject>::iterator position,
            std::vector<Change>& changes) ARGUS_REQUIRES(mutex_);
  void enter(const kube::ObjectKey& key, const kube::Json& object) ARGUS_REQUIRES(mutex_);
  void leave(const kube::ObjectKey& key, const kube::Json& object) ARGUS_REQUIRES(mutex_);
  [[nodiscard]] std::vector<kube::SharedObject> found(const Index& index,
                                                      const std::string& value) const
      ARGUS_REQUIRES(mutex_);

  const Indexes functions_;

  mutable base::Mutex mutex_;
  std::map<kube::ObjectKey, kube::SharedObject> objects_ ARGUS_GUARDED_BY(mutex_);
  Index owners_ ARGUS_GUARDED_BY(mutex_);
  std::map<std::string, Index, std::less<>> indexes_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
