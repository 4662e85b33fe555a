#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redpanda/objects.h"

namespace argus::adl::objects {

// One broker at a time; with a single broker a node can still be drained. A broker that is not
// ready serves nobody: its eviction takes nothing away, and it may be this node that keeps it from
// being ready. The brokers that are ready stay within the budget.
MaybeObject redpanda_pod_disruption_budget(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object =
      owned_object("policy/v1", "PodDisruptionBudget", "redpanda-pdb", part::kRedpanda, facts);
  object["spec"]["maxUnavailable"] = 1;
  object["spec"]["unhealthyPodEvictionPolicy"] = "AlwaysAllow";
  object["spec"]["selector"]["matchLabels"] = selector_labels(part::kRedpanda, facts.name);
  return object;
}

}  // namespace argus::adl::objects
