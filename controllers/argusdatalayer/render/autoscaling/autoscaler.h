// What scales the worker: exactly one of these.
//
// Threads: pure function.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

enum class Autoscaler { kNone, kHorizontalPodAutoscaler, kKeda };
[[nodiscard]] Autoscaler autoscaler_of(const Spec& spec, const OptionalKinds& kinds);

}  // namespace argus::adl
