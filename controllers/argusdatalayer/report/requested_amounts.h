// What a data layer asks the cluster for at most, autoscaling and rollouts included, against its
// quota.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "argusdatalayer/model/quantity.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

struct RequestedAmount {
  std::string resource;  // as a ResourceQuota names it: "requests.memory"
  Quantity requested;
  std::optional<Quantity> quota;  // unset without guardrails
  [[nodiscard]] bool exceeds() const { return quota && requested > *quota; }
};

// `flink`: whether the FlinkDeployment is made.
[[nodiscard]] std::vector<RequestedAmount> requested_amounts(const Spec& spec, bool flink);

}  // namespace argus::adl
