// Pods that stand in the way of a correction: made from an earlier template, never ready, and kept
// by the StatefulSet controller, which waits for every pod to be ready before it replaces one
// (https://github.com/kubernetes/kubernetes/issues/67250). Deleting such a pod is what the rollout
// would do, had the pod become ready.
//
// Threads: pure functions.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "base/clock.h"
#include "kube_object/object.h"

namespace argus::adl {

// A pod that only starts slowly gets this long before it counts as stuck. One that cannot be
// scheduled, or whose container cannot start, does not get ready by waiting.
inline constexpr std::chrono::seconds kStuckAfter{30};

struct StuckPod {
  kube::SharedObject pod;  // to delete now; nullptr: none
  std::string because;
  bool look_again = false;  // one may be stuck once kStuckAfter is over
};

// The pod of the set to delete next: one at a time, from the highest ordinal down, and none while
// another one is going. Never a ready pod, never one of the present template.
[[nodiscard]] StuckPod stuck_pod(const Json& stateful_set,
                                 const std::vector<kube::SharedObject>& pods,
                                 base::Clock::Wall now);

}  // namespace argus::adl
