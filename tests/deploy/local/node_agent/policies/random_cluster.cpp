#include "random_cluster.h"

#include <arpa/inet.h>

#include <algorithm>

#include "node_policies/label_selector.h"

namespace argus::node {
namespace {

using kube::Json;
using kube::SharedObject;

SharedObject object(Json json) { return std::make_shared<const Json>(std::move(json)); }

const std::vector<std::string> kNamespaces{"x", "y"};
constexpr int kPodsOfEach = 3;

int draw(std::mt19937& random, int below) { return static_cast<int>(random() % below); }

Json pod(const std::string& ns, int number, const std::string& address) {
  Json json = Json::parse(R"({
    "metadata": {"labels": {"all": "pods"}},
    "spec": {"nodeName": "node", "containers": [{"ports": [
      {"name": "web", "containerPort": 80},
      {"name": "dns", "containerPort": 53, "protocol": "UDP"}]}]},
    "status": {"phase": "Running"}})");
  json["metadata"]["namespace"] = ns;
  json["metadata"]["name"] = "pod-" + std::to_string(number);
  json["metadata"]["labels"]["pod"] = std::to_string(number);
  // The name stands for another number in every other pod.
  if (number % 2 == 1) json["spec"]["containers"][0]["ports"][0]["containerPort"] = 81;
  json["status"]["podIP"] = address;
  return json;
}

Json random_selector(std::mt19937& random, const std::string& key,
                     const std::vector<std::string>& values) {
  Json selector = Json::object();
  const std::string& value = values[draw(random, static_cast<int>(values.size()))];
  const char* const operations[] = {"In", "NotIn", "Exists", "DoesNotExist"};
  switch (draw(random, 3)) {
    case 0:
      break;
    case 1:
      selector["matchLabels"][key] = value;
      break;
    default: {
      const int which = draw(random, 4);
      Json requirement = {{"key", key}, {"operator", operations[which]}};
      if (which < 2) requirement["values"] = Json::array({value});
      selector["matchExpressions"] = Json::array({requirement});
    }
  }
  return selector;
}

Json random_pods(std::mt19937& random) { return random_selector(random, "pod", {"0", "1", "2"}); }
Json random_namespaces(std::mt19937& random) {
  return random_selector(random, "kubernetes.io/metadata.name", kNamespaces);
}

Json random_block(std::mt19937& random) {
  const char* const blocks[] = {"0.0.0.0/0",     "10.244.0.0/24", "10.244.0.11/32",
                                "10.244.0.8/29", "192.0.2.0/24",  "10.244.0.1/32"};
  const char* const exceptions[] = {"10.244.0.12/31", "192.0.2.10/32", "10.244.0.8/30",
                                    "10.244.0.1/32"};
  Json block = {{"cidr", blocks[draw(random, 6)]}};
  block["except"] = Json::array();
  for (int i = draw(random, 3); i > 0; --i) block["except"].push_back(exceptions[draw(random, 4)]);
  return block;
}

Json random_peer(std::mt19937& random) {
  Json peer = Json::object();
  const int kind = draw(random, 4);
  if (kind == 0) {
    peer["ipBlock"] = random_block(random);
    return peer;
  }
  if (kind != 1) peer["podSelector"] = random_pods(random);
  if (kind != 2) peer["namespaceSelector"] = random_namespaces(random);
  return peer;
}

Json random_port(std::mt19937& random) {
  const char* const protocols[] = {"TCP", "UDP", "SCTP"};
  Json port = {{"protocol", protocols[draw(random, 3)]}};
  switch (draw(random, 6)) {
    case 0:
      break;
    case 1:
      port["port"] = "web";
      break;
    case 2:
      port["port"] = "dns";
      break;
    case 3:
      port["port"] = 79;
      port["endPort"] = 79 + draw(random, 4);
      break;
    case 4:
      port["port"] = 53;
      break;
    default:
      port["port"] = 80 + draw(random, 2);
  }
  return port;
}

Json random_rules(std::mt19937& random, const char* peers) {
  Json rules = Json::array();
  for (int rule = draw(random, 3); rule > 0; --rule) {
    Json one = Json::object();
    for (int i = draw(random, 3); i > 0; --i) one[peers].push_back(random_peer(random));
    for (int i = draw(random, 3); i > 0; --i) one["ports"].push_back(random_port(random));
    rules.push_back(std::move(one));
  }
  return rules;
}

Json random_policy(std::mt19937& random, int number) {
  Json policy = Json::object();
  policy["metadata"] = {{"namespace", kNamespaces[draw(random, 2)]},
                        {"name", "policy-" + std::to_string(number)}};
  policy["spec"]["podSelector"] = random_pods(random);
  const int types = draw(random, 4);
  if (types != 0) policy["spec"]["policyTypes"] = Json::array();
  if (types == 1 || types == 3) policy["spec"]["policyTypes"].push_back("Ingress");
  if (types == 2 || types == 3) policy["spec"]["policyTypes"].push_back("Egress");
  if (draw(random, 4) != 0) policy["spec"]["ingress"] = random_rules(random, "from");
  if (draw(random, 4) != 0) policy["spec"]["egress"] = random_rules(random, "to");
  return policy;
}

// What follows is the meaning.

const Json* pod_at(const ClusterObjects& cluster, const std::string& address) {
  for (const SharedObject& pod : cluster.pods) {
    if (pod->at("status").at("podIP") == address) return pod.get();
  }
  return nullptr;
}

bool in_block(const std::string& address, const std::string& block) {
  const std::size_t slash = block.find('/');
  const int bits = std::stoi(block.substr(slash + 1));
  const std::uint64_t size = std::uint64_t{1} << (32 - bits);
  const auto number = [](const std::string& text) { return ntohl(inet_addr(text.c_str())); };
  return number(address) / size == number(block.substr(0, slash)) / size;
}

bool peer_is(const ClusterObjects& cluster, const Json& policy, const Json& peer,
             const std::string& address) {
  if (peer.contains("ipBlock")) {
    if (!in_block(address, peer["ipBlock"]["cidr"])) return false;
    const Json& except = peer["ipBlock"]["except"];
    return std::none_of(except.begin(), except.end(),
                        [&](const Json& block) { return in_block(address, block); });
  }
  const Json* const pod = pod_at(cluster, address);
  if (pod == nullptr) return false;
  const std::string ns = kube::key_of(*pod).ns;
  if (peer.contains("namespaceSelector")) {
    for (const SharedObject& one : cluster.namespaces) {
      if (kube::key_of(*one).name != ns) continue;
      if (!selects(peer["namespaceSelector"], labels_of(*one))) return false;
    }
  } else if (ns != kube::key_of(policy).ns) {
    return false;
  }
  return !peer.contains("podSelector") || selects(peer["podSelector"], labels_of(*pod));
}

bool port_is(const ClusterObjects& cluster, const Json& port, const Packet& packet) {
  if (parse_protocol(port.at("protocol")) != packet.protocol) return false;
  if (!port.contains("port")) return true;
  if (port["port"].is_number()) {
    const int first = port["port"];
    return packet.port >= first && packet.port <= port.value("endPort", first);
  }
  const Json* const destination = pod_at(cluster, packet.destination);
  if (destination == nullptr) return false;
  for (const Json& named : destination->at("spec").at("containers").at(0).at("ports")) {
    if (named.at("name") == port["port"] && named.at("containerPort") == packet.port &&
        parse_protocol(named.value("protocol", "TCP")) == packet.protocol) {
      return true;
    }
  }
  return false;
}

bool rule_allows(const ClusterObjects& cluster, const Json& policy, const Json& rule,
                 const char* peers, const std::string& other, const Packet& packet) {
  const Json from = rule.value(peers, Json::array());
  const Json ports = rule.value("ports", Json::array());
  return (from.empty() ||
          std::any_of(from.begin(), from.end(),
                      [&](const Json& peer) { return peer_is(cluster, policy, peer, other); })) &&
         (ports.empty() || std::any_of(ports.begin(), ports.end(), [&](const Json& port) {
            return port_is(cluster, port, packet);
          }));
}

bool restricts(const Json& spec, const std::string& type) {
  if (!spec.contains("policyTypes")) {
    return type == "Ingress" || !spec.value("egress", Json::array()).empty();
  }
  const Json& types = spec["policyTypes"];
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool side_allows(const ClusterObjects& cluster, bool ingress, const Packet& packet) {
  const std::string& mine = ingress ? packet.destination : packet.source;
  const std::string& other = ingress ? packet.source : packet.destination;
  const Json* const pod = pod_at(cluster, mine);
  if (pod == nullptr) return true;
  bool isolated = false;
  for (const SharedObject& policy : cluster.policies) {
    const Json& spec = policy->at("spec");
    if (kube::key_of(*policy).ns != kube::key_of(*pod).ns) continue;
    if (!selects(spec.at("podSelector"), labels_of(*pod))) continue;
    if (!restricts(spec, ingress ? "Ingress" : "Egress")) continue;
    isolated = true;
    for (const Json& rule : spec.value(ingress ? "ingress" : "egress", Json::array())) {
      if (rule_allows(cluster, *policy, rule, ingress ? "from" : "to", other, packet)) return true;
    }
  }
  return !isolated;
}

}  // namespace

std::vector<std::string> pod_addresses() {
  std::vector<std::string> addresses;
  for (int i = 0; i < static_cast<int>(kNamespaces.size()) * kPodsOfEach; ++i) {
    addresses.push_back("10.244.0." + std::to_string(10 + i));
  }
  return addresses;
}

ClusterObjects random_cluster(std::mt19937& random) {
  ClusterObjects cluster;
  const std::vector<std::string> addresses = pod_addresses();
  for (const std::string& ns : kNamespaces) {
    cluster.namespaces.push_back(
        object({{"metadata", {{"name", ns}, {"labels", {{"kubernetes.io/metadata.name", ns}}}}}}));
    for (int number = 0; number < kPodsOfEach; ++number) {
      cluster.pods.push_back(object(pod(ns, number, addresses[cluster.pods.size()])));
    }
  }
  for (int number = draw(random, 5); number >= 0; --number) {
    cluster.policies.push_back(object(random_policy(random, number)));
  }
  return cluster;
}

std::vector<Packet> packets_between(const std::string& source, const std::string& destination) {
  std::vector<Packet> packets;
  for (const Protocol protocol : {Protocol::kTcp, Protocol::kUdp, Protocol::kSctp}) {
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{53, 80, 81, 82, 90}) {
      packets.push_back({source, destination, protocol, port});
    }
  }
  return packets;
}

bool is_allowed(const ClusterObjects& cluster, const Packet& packet) {
  if (packet.source == packet.destination) return true;
  return side_allows(cluster, false, packet) && side_allows(cluster, true, packet);
}

std::string describe(const ClusterObjects& cluster, const Packet& packet) {
  const char* const protocols[] = {"TCP", "UDP", "SCTP"};
  std::string text = packet.source + " -> " + packet.destination + " " +
                     protocols[static_cast<int>(packet.protocol)] + " " +
                     std::to_string(packet.port) + " under\n";
  for (const SharedObject& policy : cluster.policies) text += policy->dump() + "\n";
  return text;
}

}  // namespace argus::node
