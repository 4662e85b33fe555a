// Small clusters with policies drawn at random, and what each policy means, written once more from
// the documentation and nothing else: pods, policies and packets as they come, no sets, no ranges.
// Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
//
// Threads: values; functions are pure.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "node_policies/cluster_view.h"

namespace argus::node {

// Always the same pods and namespaces: the addresses are `pod_addresses()`.
[[nodiscard]] ClusterObjects random_cluster(std::mt19937& random);

// Pods, a host outside, and the node's own address on the pods' bridge.
inline constexpr const char* kOutside = "192.0.2.10";
inline constexpr const char* kGateway = "10.244.0.1";
[[nodiscard]] std::vector<std::string> pod_addresses();

struct Packet {
  std::string source, destination;
  Protocol protocol = Protocol::kTcp;
  std::uint16_t port = 0;
  auto operator<=>(const Packet&) const = default;
};

// Of every protocol, to ports that policies speak of and to others.
[[nodiscard]] std::vector<Packet> packets_between(const std::string& source,
                                                  const std::string& destination);

// Whether the first packet of a connection passes.
[[nodiscard]] bool is_allowed(const ClusterObjects& cluster, const Packet& packet);

[[nodiscard]] std::string describe(const ClusterObjects& cluster, const Packet& packet);

}  // namespace argus::node
