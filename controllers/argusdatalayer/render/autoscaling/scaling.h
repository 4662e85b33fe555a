// How fast the worker is scaled: the same behaviour for KEDA's HorizontalPodAutoscaler and for
// ours.
//
// Threads: pure functions.
#pragma once

#include <string_view>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// KEDA takes over the HorizontalPodAutoscaler of this name instead of making another, so that there
// is one at any time, whoever it belongs to.
inline constexpr std::string_view kAutoscalerName = "cognee-worker-hpa";

// spec.behavior of a HorizontalPodAutoscaler.
[[nodiscard]] Json scaling_behavior(const Autoscaling& autoscaling);

}  // namespace argus::adl
