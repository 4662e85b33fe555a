// Which resource serves a kind, as the server tells it a group and version at a time, remembered.
// Source: metav1.APIResourceList at /api/v1 and /apis/GROUP/VERSION.
//
// Threads: every method may be called from any thread; the lock is not held while the server is
// asked. Failure: whatever the fetch throws.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "kube_object/object.h"

namespace argus::kube {

class Discovery {
 public:
  // Reads a path from the server; std::nullopt for 404.
  using Fetch = std::function<std::optional<Json>(const std::string& path, std::stop_token stop)>;

  explicit Discovery(Fetch fetch) : fetch_(std::move(fetch)) {}

  // std::nullopt when the server did not know the kind. Answers, that one too, are kept until
  // forget().
  std::optional<Resource> resource_for(const GroupVersionKind& gvk, std::stop_token stop);
  void forget();

 private:
  using Kinds = std::map<std::string, Resource, std::less<>>;

  std::shared_ptr<const Kinds> kinds_of(const GroupVersionKind& gvk, std::stop_token stop);

  const Fetch fetch_;
  base::Mutex mutex_;
  // By group and version; an answer that was asked for before forget() is not kept.
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const Kinds>> known_
      ARGUS_GUARDED_BY(mutex_);
  std::uint64_t era_ ARGUS_GUARDED_BY(mutex_) = 0;
};

}  // namespace argus::kube
