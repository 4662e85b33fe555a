// Objects that a resource names (a Secret, a ConfigMap), watched one by one by name: list and watch
// on all Secrets would grant their contents, a watch with the field selector metadata.name needs a
// Role with resourceNames only.
//
//   references.follow(request, {{secret_gvk, {ns, "argus-data-secrets"}}});
//   const kube::FollowedObject secret = references.get({secret_gvk, {ns, "argus-data-secrets"}});
//
// A change of a followed object, and of what is known about it, queues the requests that follow it.
//
// Threads: every method may be called from any thread; none blocks on the network.
// Failure: follow() throws std::runtime_error when a limit would be exceeded.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/mutex.h"
#include "kube_object/followed_object.h"
#include "kube_object/object.h"
#include "runtime/object_store.h"
#include "runtime/reconciler.h"
#include "runtime/shared_informers.h"

namespace argus::runtime {

struct ObjectReference {
  kube::GroupVersionKind gvk;
  kube::ObjectKey key;
  auto operator<=>(const ObjectReference&) const = default;
};

class References {
 public:
  // One request (one resource) may follow this many objects.
  static constexpr std::size_t kFollowedMax = 32;

  explicit References(SharedInformers& informers);
  ~References();

  // From now on exactly `objects` are followed for `request`; an empty set follows nothing.
  // Repeating a call costs nothing.
  void follow(const Request& request, const std::set<ObjectReference>& objects);

  [[nodiscard]] kube::FollowedObject get(const ObjectReference& reference) const;

  // Who is told; set once, before start. Requests that come earlier are dropped.
  void notify(std::function<void(const Request&)> queue);

  // Follows nothing any more, tells nobody.
  void clear();

 private:
  struct Followers;  // shared with listeners, which may outlive an entry
  SharedInformers& informers_;
  std::shared_ptr<Followers> followers_;

  mutable base::Mutex mutex_;
  std::map<ObjectReference, std::unique_ptr<SharedInformers::Subscription>> subscriptions_
      ARGUS_GUARDED_BY(mutex_);
  std::map<Request, std::set<ObjectReference>> followed_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
