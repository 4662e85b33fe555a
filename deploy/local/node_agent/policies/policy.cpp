#include "node_policies/policy.h"

#include <algorithm>

namespace argus::node {
namespace {

using kube::Json;

std::optional<Json> child(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return *found;
}

BlockPeer read_block(const Json& json) {
  BlockPeer block;
  const auto all = parse_block(json.value("cidr", ""));
  if (!all) return block;
  block.add(*all);
  for (const Json& except : json.value("except", Json::array())) {
    if (const auto range = parse_block(except.get<std::string>())) block.remove(*range);
  }
  return block;
}

std::optional<std::vector<Peer>> read_peers(const kube::ObjectKey& policy, const Json& rule,
                                            const char* name) {
  const Json list = rule.value(name, Json::array());
  if (list.empty()) return std::nullopt;
  std::vector<Peer> peers;
  for (const Json& peer : list) {
    if (const auto block = child(peer, "ipBlock")) {
      peers.emplace_back(read_block(*block));
    } else {
      peers.emplace_back(
          PodPeer{policy, child(peer, "namespaceSelector"), child(peer, "podSelector")});
    }
  }
  return peers;
}

std::optional<PolicyPort> read_port(const Json& json) {
  const auto protocol = parse_protocol(json.value("protocol", "TCP"));
  if (!protocol) return std::nullopt;
  const std::optional<Json> port = child(json, "port");
  if (!port) return PolicyPort{*protocol, {}};
  if (port->is_string()) return PolicyPort{*protocol, port->get<std::string>()};
  const auto first = port->get<std::uint32_t>();
  const std::uint32_t last = json.value("endPort", first);
  if (last < first) return std::nullopt;
  return PolicyPort{*protocol, Range{first, last}};
}

std::optional<std::vector<PolicyPort>> read_ports(const Json& rule) {
  const Json list = rule.value("ports", Json::array());
  if (list.empty()) return std::nullopt;
  std::vector<PolicyPort> ports;
  for (const Json& json : list) {
    if (auto port = read_port(json)) ports.push_back(std::move(*port));
  }
  return ports;
}

std::vector<PolicyRule> read_rules(const kube::ObjectKey& policy, const Json& spec,
                                   const char* direction, const char* peers) {
  std::vector<PolicyRule> rules;
  for (const Json& rule : spec.value(direction, Json::array())) {
    rules.push_back({read_peers(policy, rule, peers), read_ports(rule)});
  }
  return rules;
}

}  // namespace

Policy read_policy(const Json& json) {
  const Json spec = json.value("spec", Json::object());
  // As the API server defaults it.
  Json types = spec.value("policyTypes", Json::array());
  if (types.empty()) {
    types.push_back("Ingress");
    if (!spec.value("egress", Json::array()).empty()) types.push_back("Egress");
  }
  const auto restricts = [&types](const char* type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  Policy policy{.key = kube::key_of(json),
                .pods = spec.value("podSelector", Json::object()),
                .ingress = std::nullopt,
                .egress = std::nullopt};
  if (restricts("Ingress")) policy.ingress = read_rules(policy.key, spec, "ingress", "from");
  if (restricts("Egress")) policy.egress = read_rules(policy.key, spec, "egress", "to");
  return policy;
}

}  // namespace argus::node
