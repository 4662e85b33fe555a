// The container beside every broker that makes the service user, its permissions and the topics,
// and watches over them: argusctl broker ensure --watch.
//
// It runs in every pod of the brokers, not in the first alone: it changes only what is missing, and
// so goes on while any one of them is down.
//
// Threads: pure functions.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

inline constexpr std::string_view kBrokerSetup = "broker-setup";

// Small, and within the LimitRange whatever that says.
[[nodiscard]] ContainerResources broker_setup_resources(const Spec& spec);

// It mounts the pod's volume `users`, which holds users.txt.
[[nodiscard]] Json broker_setup_container(const Spec& spec, const Facts& facts);

}  // namespace argus::adl
