#include "node_policies/permissions.h"

#include <array>

namespace argus::node {
namespace {

enum class Way { kIngress, kEgress };

using Pods = std::vector<const Pod*>;

bool is_meant(const PodPeer& peer, const Pod& pod, const ClusterView& view) {
  if (peer.namespaces) {
    const auto labels = view.namespaces.find(pod.key.ns);
    if (labels == view.namespaces.end() || !selects(*peer.namespaces, labels->second)) return false;
  } else if (pod.key.ns != peer.policy.ns) {
    return false;
  }
  return !peer.pods || selects(*peer.pods, pod.labels);
}

RangeSet addresses_of(const std::vector<Peer>& peers, const ClusterView& view) {
  RangeSet addresses;
  for (const Peer& peer : peers) {
    if (const auto* block = std::get_if<BlockPeer>(&peer)) {
      addresses.add(*block);
      continue;
    }
    for (const Pod& pod : view.pods) {
      if (pod.address && is_meant(std::get<PodPeer>(peer), pod, view)) {
        addresses.add({*pod.address, *pod.address});
      }
    }
  }
  return addresses;
}

// A name stands for what each destination calls so: number by number, the pods that do.
void permit_named(const std::string& name, Protocol protocol, const Pods& destinations,
                  const Permission& base, std::vector<Permission>& permissions) {
  std::map<std::uint16_t, RangeSet> pods_by_number;
  for (const Pod* pod : destinations) {
    if (base.destinations && !base.destinations->contains(*pod->address)) continue;
    for (const NamedPort& port : pod->ports) {
      if (port.name != name || port.protocol != protocol) continue;
      pods_by_number[port.number].add({*pod->address, *pod->address});
    }
  }
  for (auto& [number, pods] : pods_by_number) {
    Permission permission = base;
    permission.destinations = std::move(pods);
    permission.protocol = protocol;
    permission.ports = RangeSet({number, number});
    permissions.push_back(std::move(permission));
  }
}

void permit_ports(const std::vector<PolicyPort>& ports, const Pods& destinations,
                  const Permission& base, std::vector<Permission>& permissions) {
  for (const Protocol protocol : {Protocol::kTcp, Protocol::kUdp, Protocol::kSctp}) {
    Permission permission = base;
    permission.protocol = protocol;
    RangeSet numbers;
    bool every = false;
    for (const PolicyPort& port : ports) {
      if (port.protocol != protocol) continue;
      if (const auto* range = std::get_if<Range>(&port.port)) numbers.add(*range);
      if (std::holds_alternative<std::monostate>(port.port)) every = true;
      if (const auto* name = std::get_if<std::string>(&port.port)) {
        permit_named(*name, protocol, destinations, base, permissions);
      }
    }
    if (!every && numbers.empty()) continue;
    if (!every) permission.ports = std::move(numbers);
    permissions.push_back(std::move(permission));
  }
}

// `selected`: the pods that the policy is about.
Grant grant_of(const Policy& policy, const std::vector<PolicyRule>& rules, Way way,
               const Pods& selected, const Pods& all, const ClusterView& view) {
  Grant grant{policy.key, {}};
  for (const PolicyRule& rule : rules) {
    Permission base;
    if (rule.peers) {
      RangeSet peers = addresses_of(*rule.peers, view);
      if (peers.empty()) continue;
      (way == Way::kIngress ? base.sources : base.destinations) = std::move(peers);
    }
    if (!rule.ports) {
      grant.permissions.push_back(std::move(base));
    } else {
      permit_ports(*rule.ports, way == Way::kIngress ? selected : all, base, grant.permissions);
    }
  }
  return grant;
}

}  // namespace

Permissions permissions_in(const ClusterView& view) {
  Permissions permissions;
  Pods all;
  for (const Pod& pod : view.pods) {
    if (!pod.address) continue;
    all.push_back(&pod);
    permissions.pods.add({*pod.address, *pod.address});
  }
  for (const Policy& policy : view.policies) {
    Pods selected;
    bool selects_newcomer = false;
    for (const Pod& pod : view.pods) {
      if (pod.key.ns != policy.key.ns || !selects(policy.pods, pod.labels)) continue;
      if (pod.address) {
        selected.push_back(&pod);
      } else {
        selects_newcomer = true;
      }
    }
    const auto restrict = [&](Direction& direction, Way way,
                              const std::optional<std::vector<PolicyRule>>& rules) {
      if (!rules) return;
      direction.newcomers_restricted |= selects_newcomer;
      if (selected.empty()) return;
      for (const Pod* pod : selected) {
        direction.restricted[*pod->address].push_back(direction.grants.size());
      }
      direction.grants.push_back(grant_of(policy, *rules, way, selected, all, view));
    };
    restrict(permissions.ingress, Way::kIngress, policy.ingress);
    restrict(permissions.egress, Way::kEgress, policy.egress);
  }
  return permissions;
}

}  // namespace argus::node
