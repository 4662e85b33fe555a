// What of a pod concerns network policies.
// Source: corev1.Pod.
//
// Threads: values; functions are pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node_policies/address.h"
#include "node_policies/label_selector.h"

namespace argus::node {

enum class Protocol { kTcp, kUdp, kSctp };

// "TCP", "UDP" or "SCTP"; std::nullopt for anything else.
[[nodiscard]] std::optional<Protocol> parse_protocol(const std::string& text);

struct NamedPort {
  std::string name;
  Protocol protocol = Protocol::kTcp;
  std::uint16_t number = 0;
};

struct Pod {
  kube::ObjectKey key;
  Labels labels;
  // None yet: it is about to start on the node, and its packets may come before its address is
  // known.
  std::optional<Address> address;
  std::vector<NamedPort> ports;
  bool leaving = false;  // being deleted
  std::string started;   // RFC 3339
};

// std::nullopt for a pod that policies do not apply to (it uses the node's own network), that has
// finished (its address may be another's by now), or that no node was chosen for yet.
[[nodiscard]] std::optional<Pod> read_pod(const kube::Json& pod);

// Of pods that claim one address only the latest is kept: the others are on their way out.
[[nodiscard]] std::vector<Pod> one_pod_an_address(const std::vector<Pod>& pods);

}  // namespace argus::node
