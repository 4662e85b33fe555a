// What the cluster's policies come down to once selectors and port names are replaced by addresses
// and numbers: who is restricted, and which packets pass nevertheless. All decisions are made here.
// Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
//
// Threads: values; functions are pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node_policies/policy.h"

namespace argus::node {

// All that policies depend on.
struct ClusterView {
  std::vector<Policy> policies;
  std::vector<Pod> pods;                     // one an address
  std::map<std::string, Labels> namespaces;  // by name
};

// Packets that pass; std::nullopt stands for any.
struct Permission {
  std::optional<RangeSet> sources, destinations;
  std::optional<Protocol> protocol;
  std::optional<RangeSet> ports;
};

// One direction of one policy.
struct Grant {
  kube::ObjectKey policy;
  std::vector<Permission> permissions;
};

// One direction, for all pods.
struct Direction {
  std::vector<Grant> grants;
  // Pods that may only do what one of these grants (by position) permits.
  std::map<Address, std::vector<std::size_t>> restricted;
  // A pod that will be restricted is about to start, at an address that nobody knows yet.
  bool newcomers_restricted = false;
};

struct Permissions {
  Direction ingress, egress;
  RangeSet pods;  // the known addresses
};

[[nodiscard]] Permissions permissions_in(const ClusterView& view);

}  // namespace argus::node
