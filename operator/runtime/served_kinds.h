// Which kinds the API server serves now, and word of it when that changes:
// CustomResourceDefinitions come and go while the program runs.
//
// Threads: every method may be called from any thread. Callbacks run on the thread that calls
// crd_changed() and must not block; one may still be running when its Registration is destroyed on
// another thread, so it captures only what outlives it (shared state).
// Failure: find() throws what kube::Client::resource_for() throws.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/mutex.h"
#include "kube/client.h"

namespace argus::runtime {

class ServedKinds {
 public:
  // `removed`: the definition is gone; otherwise it is new or changed.
  using Callback = std::function<void(bool removed)>;
  // Callbacks end with it.
  using Registration = std::shared_ptr<const Callback>;

  explicit ServedKinds(kube::Client& client);

  // Asks the server when the answer is not known; `again`: even when it is.
  [[nodiscard]] std::optional<kube::Resource> find(const kube::GroupVersionKind& gvk, bool again,
                                                   std::stop_token stop);

  // Called when a CustomResourceDefinition of that API group changes.
  [[nodiscard]] Registration on_change(const std::string& group, Callback callback);

  // `crd_name`: "<plural>.<group>", the name of every CustomResourceDefinition.
  void crd_changed(const std::string& crd_name, bool removed);

 private:
  kube::Client& client_;

  base::Mutex mutex_;
  std::multimap<std::string, std::weak_ptr<const Callback>> callbacks_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
