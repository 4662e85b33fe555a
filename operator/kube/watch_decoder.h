// Bytes of a watch to events: one JSON object a line, however the bytes are cut.
// Source: Kubernetes API concepts, "Efficient detection of changes"; metav1.WatchEvent.
//
// Threads: one decoder a watch, used by one thread. Pure: no I/O.
// Failure: base::TransportError kBroken for a line that is not a watch event or is longer than
// kWatchLineBytesMax: the stream cannot be trusted any more, watch again.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "kube/client.h"

namespace argus::kube {

// etcd takes requests up to 1.5 MiB and the API server objects up to 3 MiB; an event is one object.
constexpr std::size_t kWatchLineBytesMax = std::size_t{16} << 20;

class WatchDecoder {
 public:
  // Hands over every event that is complete now. False as soon as `on_event` says so.
  bool feed(std::string_view bytes, const std::function<bool(const WatchEvent&)>& on_event);
  // The stream has ended; throws when it ended in the middle of an event.
  void finish() const;

 private:
  std::string half_line_;
};

}  // namespace argus::kube
