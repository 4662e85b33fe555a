// A NetworkPolicy, read.
// Source: networkingv1.NetworkPolicySpec, k8s.io/api/networking/v1/types.go.
//
// Threads: values; functions are pure. Failure: none; what the API server would refuse (an unknown
// protocol, a block that is none) allows nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node_policies/pod.h"

namespace argus::node {

struct PolicyPort {
  Protocol protocol = Protocol::kTcp;
  // Every port, some by number, or the one that the destination pod calls so.
  std::variant<std::monostate, Range, std::string> port;
};

struct PodPeer {
  kube::ObjectKey policy;                      // its namespace is meant where no selector says
  std::optional<kube::Json> namespaces, pods;  // selectors; at least one is there
};

// A block of addresses without its exceptions.
using BlockPeer = RangeSet;

using Peer = std::variant<PodPeer, BlockPeer>;

struct PolicyRule {
  std::optional<std::vector<Peer>> peers;        // std::nullopt: anyone
  std::optional<std::vector<PolicyPort>> ports;  // std::nullopt: everything
};

struct Policy {
  kube::ObjectKey key;
  kube::Json pods;  // selector
  // std::nullopt: the direction is not restricted. No rules: nothing passes.
  std::optional<std::vector<PolicyRule>> ingress, egress;
};

[[nodiscard]] Policy read_policy(const kube::Json& policy);

}  // namespace argus::node
