// The objects of who may talk to whom: the NetworkPolicies: one builder each, in the file of its
// name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject redpanda_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_setup_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject falkordb_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject falkordb_exporter_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_exporter_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject worker_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject flink_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject argusctl_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject namespace_internal_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject default_deny_egress_network_policy(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject default_deny_ingress_network_policy(const Spec& spec, const Facts& facts);

// One for each client in the data layer's own namespace: its way out, past the default deny.
[[nodiscard]] std::vector<Json> client_network_policies(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
