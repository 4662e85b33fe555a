#include "node_policies/pod.h"

#include <map>
#include <tuple>

namespace argus::node {
namespace {

using kube::Json;

bool finished(const Json& status) {
  const std::string phase = status.value("phase", "");
  return phase == "Succeeded" || phase == "Failed";
}

std::optional<Address> ipv4_of(const Json& status) {
  for (const Json& entry : status.value("podIPs", Json::array())) {
    if (const auto address = parse_address(entry.value("ip", ""))) return address;
  }
  return parse_address(status.value("podIP", ""));
}

void add_ports(const Json& container, std::vector<NamedPort>& ports) {
  for (const Json& port : container.value("ports", Json::array())) {
    const std::string name = port.value("name", "");
    const auto protocol = parse_protocol(port.value("protocol", "TCP"));
    if (name.empty() || !protocol) continue;
    ports.push_back({name, *protocol, port.value("containerPort", std::uint16_t{0})});
  }
}

// Of init containers only those count that go on running beside the others.
std::vector<NamedPort> named_ports(const Json& spec) {
  std::vector<NamedPort> ports;
  for (const Json& container : spec.value("containers", Json::array())) add_ports(container, ports);
  for (const Json& container : spec.value("initContainers", Json::array())) {
    if (container.value("restartPolicy", "") == "Always") add_ports(container, ports);
  }
  return ports;
}

}  // namespace

std::optional<Protocol> parse_protocol(const std::string& text) {
  if (text == "TCP") return Protocol::kTcp;
  if (text == "UDP") return Protocol::kUdp;
  if (text == "SCTP") return Protocol::kSctp;
  return std::nullopt;
}

std::optional<Pod> read_pod(const Json& pod) {
  const Json spec = pod.value("spec", Json::object());
  const Json status = pod.value("status", Json::object());
  if (spec.value("hostNetwork", false) || finished(status)) return std::nullopt;
  if (spec.value("nodeName", "").empty()) return std::nullopt;
  return Pod{.key = kube::key_of(pod),
             .labels = labels_of(pod),
             .address = ipv4_of(status),
             .ports = named_ports(spec),
             .leaving = kube::is_being_deleted(pod),
             .started = status.value("startTime", "")};
}

std::vector<Pod> one_pod_an_address(const std::vector<Pod>& pods) {
  // The one to keep comes last.
  const auto rank = [](const Pod& pod) { return std::tuple(!pod.leaving, pod.started, pod.key); };
  std::map<Address, const Pod*> keeper;
  for (const Pod& pod : pods) {
    if (!pod.address) continue;
    const Pod*& present = keeper[*pod.address];
    if (present == nullptr || rank(*present) < rank(pod)) present = &pod;
  }
  std::vector<Pod> kept;
  for (const Pod& pod : pods) {
    if (!pod.address || keeper.at(*pod.address) == &pod) kept.push_back(pod);
  }
  return kept;
}

}  // namespace argus::node
