// The parts of a NetworkPolicy: who (peers), through which ports, in which direction.
//
// A rule is written once for the pair that it joins: what one side may send, the other may receive.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl::network {

// --- peers: each is a list of NetworkPolicyPeer

[[nodiscard]] Json pods_of(std::string_view part_name, const Facts& facts);
[[nodiscard]] Json pods_with(const Json& match_labels);
[[nodiscard]] Json peer(const Peer& selected);
[[nodiscard]] Json addresses(const std::vector<std::string>& cidrs);
// These addresses; when there are none, every address outside networkPolicy.blockedCIDRs, IPv4 and
// IPv6.
[[nodiscard]] Json addresses_or_public(const std::vector<std::string>& cidrs,
                                       const NetworkPolicies& policies);

// --- rules

[[nodiscard]] Json tcp(const std::vector<int>& ports);
[[nodiscard]] Json udp_and_tcp(const std::vector<int>& ports);
// An empty list of ports means all of them.
[[nodiscard]] Json from(Json peers, Json ports);
[[nodiscard]] Json to(Json peers, Json ports);

// The way of a client to the brokers, ours or someone else's.
[[nodiscard]] Json to_brokers(const Spec& spec, const Facts& facts);
// The same to FalkorDB or Valkey; not for one that is disabled.
[[nodiscard]] Json to_store(Mode mode, const ExternalStore& external, std::string_view part_name,
                            const Spec& spec, const Facts& facts);

// The ports that a client is let in to.
[[nodiscard]] std::vector<int> client_ports(const NetworkClient& client);

// The labels of the pods that argusctl --in-cluster makes (cli/in_cluster/cluster_job.h). Anyone
// who can create pods in the namespace can set them, just as they can set the worker's.
[[nodiscard]] Json argusctl_labels();

// --- the policy

// `pods`: the labels of the pods it is about; an empty object means every pod of the namespace.
[[nodiscard]] Json policy(std::string_view name, std::string_view part_name, const Json& pods,
                          const Facts& facts);
void set_ingress(Json& policy, Json rules);
void set_egress(Json& policy, Json rules);

}  // namespace argus::adl::network
