#include "argusdatalayer/render/network/network_rules.h"

#include <set>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/flink/flink_labels.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::network {
namespace {

bool is_ipv6(std::string_view cidr) { return cidr.find(':') != std::string_view::npos; }

Json everywhere_but(std::string_view everywhere, bool ipv6,
                    const std::vector<std::string>& blocked) {
  Json entry = Json::object();
  entry["ipBlock"]["cidr"] = everywhere;
  Json except = Json::array();
  for (const std::string& cidr : blocked) {
    if (is_ipv6(cidr) == ipv6) except.push_back(cidr);
  }
  if (!except.empty()) entry["ipBlock"]["except"] = std::move(except);
  return entry;
}

void add_type(Json& policy, const char* type) { policy["spec"]["policyTypes"].push_back(type); }

}  // namespace

Json pods_with(const Json& match_labels) {
  Json entry = Json::object();
  entry["podSelector"]["matchLabels"] = match_labels;
  return Json::array({entry});
}

Json pods_of(std::string_view part_name, const Facts& facts) {
  return pods_with(part_name == part::kFlink ? flink_pods()
                                             : selector_labels(part_name, facts.name));
}

Json peer(const Peer& selected) {
  Json entry = Json::object();
  if (!selected.namespace_labels.empty()) {
    entry["namespaceSelector"]["matchLabels"] = selected.namespace_labels;
  }
  if (!selected.pod_labels.empty()) {
    entry["podSelector"]["matchLabels"] = selected.pod_labels;
  } else if (selected.namespace_labels.empty()) {
    entry["podSelector"] = Json::object();  // every pod of this namespace
  }
  return Json::array({entry});
}

Json addresses(const std::vector<std::string>& cidrs) {
  Json result = Json::array();
  for (const std::string& cidr : cidrs) {
    Json entry = Json::object();
    entry["ipBlock"]["cidr"] = cidr;
    result.push_back(std::move(entry));
  }
  return result;
}

Json addresses_or_public(const std::vector<std::string>& cidrs, const NetworkPolicies& policies) {
  if (!cidrs.empty()) return addresses(cidrs);
  return Json::array({everywhere_but("0.0.0.0/0", false, policies.blocked_cidrs),
                      everywhere_but("::/0", true, policies.blocked_cidrs)});
}

Json tcp(const std::vector<int>& ports) {
  Json result = Json::array();
  for (const int number : ports) {
    Json entry = Json::object();
    entry["protocol"] = "TCP";
    entry["port"] = number;
    result.push_back(std::move(entry));
  }
  return result;
}

Json udp_and_tcp(const std::vector<int>& ports) {
  Json result = Json::array();
  for (const int number : ports) {
    for (const char* protocol : {"UDP", "TCP"}) {
      Json entry = Json::object();
      entry["protocol"] = protocol;
      entry["port"] = number;
      result.push_back(std::move(entry));
    }
  }
  return result;
}

Json from(Json peers, Json ports) {
  Json rule = Json::object();
  rule["from"] = std::move(peers);
  if (!ports.empty()) rule["ports"] = std::move(ports);
  return rule;
}

Json to(Json peers, Json ports) {
  Json rule = Json::object();
  rule["to"] = std::move(peers);
  if (!ports.empty()) rule["ports"] = std::move(ports);
  return rule;
}

Json to_brokers(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode == Mode::kManaged) {
    return to(pods_of(part::kRedpanda, facts), tcp({port::kKafka}));
  }
  std::set<int> ports;
  for (const HostPort& server : spec.redpanda.external.bootstrap_servers) {
    ports.insert(server.port);
  }
  return to(addresses_or_public(spec.redpanda.external.cidrs, spec.network_policy),
            tcp({ports.begin(), ports.end()}));
}

Json to_store(Mode mode, const ExternalStore& external, std::string_view part_name,
              const Spec& spec, const Facts& facts) {
  if (mode == Mode::kManaged) return to(pods_of(part_name, facts), tcp({port::kRedis}));
  return to(addresses_or_public(external.cidrs, spec.network_policy), tcp({external.port}));
}

std::vector<int> client_ports(const NetworkClient& client) {
  std::vector<int> ports;
  for (const ClientAccess access : client.access) {
    switch (access) {
      case ClientAccess::kKafka:
        ports.push_back(port::kKafka);
        break;
      case ClientAccess::kSchemaRegistry:
        ports.push_back(port::kSchemaRegistry);
        break;
      case ClientAccess::kHttpProxy:
        ports.push_back(port::kHttpProxy);
        break;
    }
  }
  return ports;
}

Json argusctl_labels() {
  Json result = Json::object();
  result[std::string(label::kName)] = part::kArgusctl;
  return result;
}

Json policy(std::string_view name, std::string_view part_name, const Json& pods,
            const Facts& facts) {
  Json object = owned_object("networking.k8s.io/v1", "NetworkPolicy", name, part_name, facts);
  object["spec"]["podSelector"] = Json::object();
  if (!pods.empty()) object["spec"]["podSelector"]["matchLabels"] = pods;
  object["spec"]["policyTypes"] = Json::array();
  return object;
}

void set_ingress(Json& policy, Json rules) {
  add_type(policy, "Ingress");
  if (!rules.empty()) policy["spec"]["ingress"] = std::move(rules);
}

void set_egress(Json& policy, Json rules) {
  add_type(policy, "Egress");
  if (!rules.empty()) policy["spec"]["egress"] = std::move(rules);
}

}  // namespace argus::adl::network
