#include "runtime/references.h"

#include <stdexcept>

namespace argus::runtime {

// Who follows what, for the listeners, which may still run when the References are gone.
struct References::Followers {
  base::Mutex mutex;
  std::function<void(const Request&)> queue ARGUS_GUARDED_BY(mutex);
  std::map<ObjectReference, std::set<Request>> requests ARGUS_GUARDED_BY(mutex);

  void changed(const ObjectReference& reference) {
    std::function<void(const Request&)> tell;
    std::set<Request> whom;
    {
      const base::MutexLock lock(mutex);
      const auto found = requests.find(reference);
      if (!queue || found == requests.end()) return;
      tell = queue;
      whom = found->second;
    }
    for (const Request& request : whom) tell(request);
  }
};

namespace {

Selection selection_of(const ObjectReference& reference) {
  return {.gvk = reference.gvk,
          .ns = reference.key.ns,
          .field_selector = "metadata.name=" + reference.key.name};
}

}  // namespace

References::References(SharedInformers& informers)
    : informers_(informers), followers_(std::make_shared<Followers>()) {}

References::~References() { clear(); }

void References::notify(std::function<void(const Request&)> queue) {
  const base::MutexLock lock(followers_->mutex);
  followers_->queue = std::move(queue);
}

void References::follow(const Request& request, const std::set<ObjectReference>& objects) {
  if (objects.size() > kFollowedMax) {
    throw std::runtime_error(request.key.to_string() + " names " + std::to_string(objects.size()) +
                             " objects; at most " + std::to_string(kFollowedMax) +
                             " are followed for one resource");
  }
  // The lock is held while subscribing, which does not block: two callers must not both do it.
  const base::MutexLock lock(mutex_);
  const auto known = followed_.find(request);
  const std::set<ObjectReference> before =
      known == followed_.end() ? std::set<ObjectReference>{} : known->second;
  if (before == objects) return;
  for (const ObjectReference& reference : before) {
    if (objects.contains(reference)) continue;
    bool last = false;
    {
      const base::MutexLock followers(followers_->mutex);
      std::set<Request>& requests = followers_->requests[reference];
      requests.erase(request);
      last = requests.empty();
      if (last) followers_->requests.erase(reference);
    }
    if (last) subscriptions_.erase(reference);
  }
  followed_.erase(request);
  for (const ObjectReference& reference : objects) {
    {
      const base::MutexLock followers(followers_->mutex);
      followers_->requests[reference].insert(request);
    }
    if (subscriptions_.contains(reference)) {
      followed_[request].insert(reference);
      continue;
    }
    const auto tell = [followers = followers_, reference] { followers->changed(reference); };
    subscriptions_[reference] = informers_.subscribe(
        selection_of(reference), {.on_change = [tell](const Change&) { tell(); },
                                  .on_status = [tell](const InformerStatus&) { tell(); }});
    followed_[request].insert(reference);
  }
}

kube::FollowedObject References::get(const ObjectReference& reference) const {
  const base::MutexLock lock(mutex_);
  kube::FollowedObject answer;
  const auto found = subscriptions_.find(reference);
  if (found == subscriptions_.end() || !found->second) return answer;
  const InformerStatus status = found->second->informer().status();
  answer.problem = status.problem;
  const bool known_missing = status.served.has_value() && !*status.served;
  if (status.forbidden) {
    answer.state = kube::FollowedObject::State::kForbidden;
  } else if (status.synced || known_missing) {
    answer.object = found->second->informer().store().get(reference.key);
    answer.state = answer.object ? kube::FollowedObject::State::kPresent
                                 : kube::FollowedObject::State::kAbsent;
  }
  return answer;
}

void References::clear() {
  notify({});
  const base::MutexLock lock(mutex_);
  subscriptions_.clear();
  followed_.clear();
}

}  // namespace argus::runtime
