// What a reconciler reads: the cached objects of every kind its controller declared, whatever the
// number of namespaces they are watched in.
//
// Threads: every method may be called from any thread once the manager runs. Readers get immutable
// snapshots.
// Failure: kind() of a kind that no controller declared throws std::logic_error.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kube_object/object.h"
#include "runtime/object_store.h"
#include "runtime/shared_informers.h"

namespace argus::runtime {

class CachedKind {
 public:
  [[nodiscard]] kube::SharedObject get(const kube::ObjectKey& key) const;
  // Ordered by key. An empty namespace means all that are watched.
  [[nodiscard]] std::vector<kube::SharedObject> list(std::string_view ns = {}) const;
  [[nodiscard]] std::vector<kube::SharedObject> owned_by(std::string_view uid) const;
  [[nodiscard]] std::vector<kube::SharedObject> by_index(std::string_view index,
                                                         const std::string& value) const;

  // Whether the API server serves the kind now; false until it was asked.
  [[nodiscard]] bool served() const;
  // The store has held a whole list, or the kind is optional and known not to be served.
  [[nodiscard]] bool synced() const;
  // Why it is not synced, as a sentence; empty when there is nothing to say.
  [[nodiscard]] std::string problem() const;

 private:
  friend class Manager;
  bool optional_ = false;
  std::vector<std::unique_ptr<SharedInformers::Subscription>> subscriptions_;  // one a namespace
};

class Cache {
 public:
  [[nodiscard]] const CachedKind& kind(const kube::GroupVersionKind& gvk) const;

 private:
  friend class Manager;
  std::map<kube::GroupVersionKind, CachedKind> kinds_;  // fixed when the manager starts
};

}  // namespace argus::runtime
