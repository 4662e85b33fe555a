// Tells people what happened to an object, as Kubernetes Events on it.
//
// Interface: production is EventBroadcaster (event_broadcaster.h), tests record into a vector.
//
// Threads: record() may be called from any thread. It neither blocks nor throws: an Event is a
// courtesy and may be dropped (client-go's limits, a full queue, an API server that refuses).
#pragma once

#include <string>
#include <string_view>

#include "kube_object/event_type.h"
#include "kube_object/object.h"

namespace argus::runtime {

class EventRecorder {
 public:
  virtual ~EventRecorder() = default;

  // `about`: the object, of which apiVersion, kind and metadata are read. `reason`: UpperCamelCase,
  // one of a closed set. `message`: a sentence; cut at 1024 bytes.
  virtual void record(const kube::Json& about, kube::EventType type, std::string_view reason,
                      std::string_view message) = 0;
};

}  // namespace argus::runtime
