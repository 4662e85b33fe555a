// Flink's own configuration and the pod that it runs in.
//
// Threads: pure functions.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// spec.flinkConfiguration of a FlinkDeployment.
[[nodiscard]] Json flink_configuration(const Flink& flink);

// spec.podTemplate of a FlinkDeployment: what JobManager and TaskManagers have in common.
[[nodiscard]] Json flink_pod_template(const Spec& spec, const Facts& facts);

}  // namespace argus::adl
