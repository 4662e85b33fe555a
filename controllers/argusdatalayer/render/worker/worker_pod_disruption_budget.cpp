#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/worker/objects.h"

namespace argus::adl::objects {

// A worker that is not ready keeps nothing, and a node must not wait for it.
MaybeObject worker_pod_disruption_budget(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object =
      owned_object("policy/v1", "PodDisruptionBudget", "cognee-worker-pdb", part::kWorker, facts);
  object["spec"]["maxUnavailable"] = 1;
  object["spec"]["unhealthyPodEvictionPolicy"] = "AlwaysAllow";
  object["spec"]["selector"]["matchLabels"] = selector_labels(part::kWorker, facts.name);
  return object;
}

}  // namespace argus::adl::objects
