#include "argusdatalayer/render/autoscaling/autoscaler.h"

namespace argus::adl {

Autoscaler autoscaler_of(const Spec& spec, const OptionalKinds& kinds) {
  const Autoscaling& scaling = spec.worker.autoscaling;
  if (!spec.worker.enabled || !scaling.enabled) return Autoscaler::kNone;
  const bool by_resource = scaling.cpu.enabled || scaling.memory.enabled;
  if (kinds.keda && (by_resource || !scaling.lag.empty())) return Autoscaler::kKeda;
  return by_resource ? Autoscaler::kHorizontalPodAutoscaler : Autoscaler::kNone;
}

}  // namespace argus::adl
