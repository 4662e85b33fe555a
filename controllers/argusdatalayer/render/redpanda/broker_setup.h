// The container that makes the service user, its permissions and the topics, and watches over them:
// argusctl broker ensure --watch. Its readiness says that they are in place; what else it has to
// say is in its termination message (cli/broker/broker_word.h).
//
// Threads: pure functions.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// Small, and within the LimitRange whatever that says.
[[nodiscard]] ContainerResources broker_setup_resources(const Spec& spec);

// It mounts the pod's volumes `users`, which holds users.txt, and `said`, where it may write.
[[nodiscard]] Json broker_setup_container(const Spec& spec, const Facts& facts);

}  // namespace argus::adl
