#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object worker_pod_disruption_budget(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object =
      owned_object("policy/v1", "PodDisruptionBudget", "cognee-worker-pdb", part::kWorker, facts);
  object["spec"]["maxUnavailable"] = 1;
  object["spec"]["selector"]["matchLabels"] = selector_labels(part::kWorker, facts.name);
  return object;
}

}  // namespace argus::adl::resources
