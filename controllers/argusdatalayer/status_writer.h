// Writes the status of an ArgusDataLayer when it says something new, and tells of it in an Event.
//
// Remembers each answer until the cache has seen it: a reconcile that starts from an older status
// would give the conditions new times.
//
// Threads: every method may be called from any thread; the lock is never held across a request.
// Ownership: client, events and clock outlive the writer.
// Failure: kube::ApiError and base::TransportError pass through; a layer that was deleted meanwhile
// is none.
#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "argusdatalayer/model/json.h"
#include "base/mutex.h"
#include "kube/client.h"
#include "kube_object/object.h"
#include "runtime/event_recorder.h"

namespace argus::adl {

class StatusWriter {
 public:
  StatusWriter(kube::Client& client, runtime::EventRecorder& events)
      : client_(client), events_(events) {}

  // Writes nothing when `layer` has that status.
  void write(const Json& layer, Json status, std::stop_token stop);

  // The layer as the cache has it, or as we wrote it when the cache has not seen that yet.
  [[nodiscard]] kube::SharedObject newest(const kube::SharedObject& cached);

  // Forgets a layer that is gone and returns its UID; empty when nothing was written for it.
  std::string forget(const kube::ObjectKey& key);

 private:
  void tell_ready(const Json& layer, const Json& before, const Json& status);

  struct Written {
    std::string uid;
    std::string before_version;
    kube::SharedObject answer;
  };

  kube::Client& client_;
  runtime::EventRecorder& events_;

  base::Mutex mutex_;
  std::map<kube::ObjectKey, Written> written_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::adl
