// What was written, told as Events: one for each part and sort of change, so that a new data layer
// does not use up an object's allowance of Events.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/plan/write_outcome.h"
#include "kube_object/event_type.h"

namespace argus::adl {

struct ChangeEvent {
  kube::EventType type;
  std::string_view reason;  // Created, Updated, Deleted, HandedOver, ApplyFailed
  std::string message;
};
[[nodiscard]] std::vector<ChangeEvent> change_events(const std::vector<WriteOutcome>& outcomes);

}  // namespace argus::adl
