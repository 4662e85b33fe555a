#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

// One broker at a time; with a single broker a node can still be drained.
Object redpanda_pod_disruption_budget(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object =
      owned_object("policy/v1", "PodDisruptionBudget", "redpanda-pdb", part::kRedpanda, facts);
  object["spec"]["maxUnavailable"] = 1;
  object["spec"]["selector"]["matchLabels"] = selector_labels(part::kRedpanda, facts.name);
  return object;
}

}  // namespace argus::adl::resources
