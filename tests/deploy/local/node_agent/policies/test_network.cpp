#include "test_network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <stdexcept>
#include <thread>

#include "base/run_child.h"
#include "fakes/eventually.h"
#include "node_policies/nft_program.h"

namespace argus::node {
namespace {

using kube::Json;

// New connections only, so that answers do not count. Named as nft's own names go.
const char* const kObservers = R"(
table inet observers {
  set tried { typeof ip saddr . ip daddr . meta l4proto . th dport; size 65535; flags dynamic; }
  set passed { typeof ip saddr . ip daddr . meta l4proto . th dport; size 65535; flags dynamic; }
  chain try {
    ct state established,related return
    meta l4proto { tcp, udp, sctp } add @tried { ip saddr . ip daddr . meta l4proto . th dport }
  }
  chain pass {
    ct state established,related return
    meta l4proto { tcp, udp, sctp } add @passed { ip saddr . ip daddr . meta l4proto . th dport }
  }
  chain forward-before { type filter hook forward priority -200; jump try; }
  chain forward-after { type filter hook forward priority 200; jump pass; }
  chain input-before { type filter hook input priority -200; jump try; }
  chain input-after { type filter hook input priority 200; jump pass; }
}
)";

void send_tcp(const sockaddr_in& to) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // Only the first packet matters; whether it arrives is what the test looks at.
  static_cast<void>(connect(descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to));
  close(descriptor);
}

void send_datagram(int type, int protocol, const std::string& payload, sockaddr_in to) {
  const int descriptor = socket(AF_INET, type | SOCK_CLOEXEC, protocol);
  if (type == SOCK_RAW) to.sin_port = 0;
  sendto(descriptor, payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&to),
         sizeof to);
  close(descriptor);
}

// Few kernels have SCTP sockets; the filter only looks at the ports of the header.
std::string sctp_packet(std::uint16_t port) {
  std::string packet(12, '\0');
  packet[0] = 'a';
  packet[2] = static_cast<char>(port >> 8);
  packet[3] = static_cast<char>(port & 0xff);
  return packet;
}

void send(const Packet& packet) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(packet.port);
  inet_pton(AF_INET, packet.destination.c_str(), &to.sin_addr);
  switch (packet.protocol) {
    case Protocol::kTcp:
      return send_tcp(to);
    case Protocol::kUdp:
      return send_datagram(SOCK_DGRAM, 0, "x", to);
    case Protocol::kSctp:
      return send_datagram(SOCK_RAW, IPPROTO_SCTP, sctp_packet(packet.port), to);
  }
}

Protocol protocol_of(const Json& json) {
  static const std::map<Json, Protocol> kNames{{"tcp", Protocol::kTcp},   {"udp", Protocol::kUdp},
                                               {"sctp", Protocol::kSctp}, {6, Protocol::kTcp},
                                               {17, Protocol::kUdp},      {132, Protocol::kSctp}};
  return kNames.at(json);
}

}  // namespace

TestNetwork::TestNetwork()
    : prefix_("argus-test-" + std::to_string(getpid()) + "-"), node_(prefix_ + "node") {
  if (geteuid() != 0)
    throw std::runtime_error("run this test as root: it makes network namespaces");
  nft_program_ = directory_.write_program("nft", "exec ip netns exec " + node_ + " nft \"$@\"\n");
  run("ip", {"netns", "add", node_});
  namespaces_.push_back(node_);
  run("ip", {"-n", node_, "link", "set", "lo", "up"});
  run("ip", {"-n", node_, "link", "add", "cni0", "type", "bridge"});
  run("ip", {"-n", node_, "addr", "add", std::string(kGateway) + "/24", "dev", "cni0"});
  run("ip", {"-n", node_, "link", "set", "cni0", "up"});
  run("ip", {"netns", "exec", node_, "sysctl", "-qw", "net.ipv4.ip_forward=1",
             "net.bridge.bridge-nf-call-iptables=1"});
  int number = 0;
  for (const std::string& address : pod_addresses()) add_pod(address, number++);
  add_outside();
  load(kObservers);
}

TestNetwork::~TestNetwork() {
  for (const std::string& name : namespaces_) {
    try {
      run("ip", {"netns", "del", name});
    } catch (const std::exception&) {  // the others go nevertheless
    }
  }
}

void TestNetwork::add_pod(const std::string& address, int number) {
  const std::string pod = name_of(address);
  const std::string end = "pod" + std::to_string(number);
  run("ip", {"netns", "add", pod});
  namespaces_.push_back(pod);
  run("ip", {"-n", pod, "link", "set", "lo", "up"});
  run("ip",
      {"-n", pod, "link", "add", "eth0", "type", "veth", "peer", "name", end, "netns", node_});
  run("ip", {"-n", node_, "link", "set", end, "master", "cni0", "up"});
  run("ip", {"-n", pod, "addr", "add", address + "/24", "dev", "eth0"});
  run("ip", {"-n", pod, "link", "set", "eth0", "up"});
  run("ip", {"-n", pod, "route", "add", "default", "via", kGateway});
}

void TestNetwork::add_outside() {
  const std::string outside = name_of(kOutside);
  run("ip", {"netns", "add", outside});
  namespaces_.push_back(outside);
  run("ip", {"-n", outside, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns",
             node_});
  run("ip", {"-n", node_, "addr", "add", "192.0.2.1/24", "dev", "eth0"});
  run("ip", {"-n", node_, "link", "set", "eth0", "up"});
  run("ip", {"-n", outside, "addr", "add", std::string(kOutside) + "/24", "dev", "eth0"});
  run("ip", {"-n", outside, "link", "set", "eth0", "up"});
  run("ip", {"-n", outside, "route", "add", "default", "via", "192.0.2.1"});
}

void TestNetwork::load(const std::string& script) { NftProgram(nft_program_).load(script, {}); }

std::set<Packet> TestNetwork::passed(const std::vector<Packet>& packets) {
  load("flush set inet observers tried\nflush set inet observers passed\n");
  std::map<std::string, std::vector<Packet>> by_source;
  for (const Packet& packet : packets) by_source[packet.source].push_back(packet);
  for (const auto& [source, sent] : by_source) {
    on(source, [&sent = sent] {
      for (const Packet& packet : sent) send(packet);
    });
  }
  const std::set<Packet> wanted(packets.begin(), packets.end());
  if (!fakes::eventually([&] { return seen("tried") == wanted; })) {
    throw std::runtime_error("of " + std::to_string(wanted.size()) + " packets only " +
                             std::to_string(seen("tried").size()) + " reached the filter");
  }
  return seen("passed");
}

void TestNetwork::on(const std::string& address, const std::function<void()>& act) const {
  const std::string path = "/run/netns/" + (address == kGateway ? node_ : name_of(address));
  std::exception_ptr failure;
  std::thread([&] {
    try {
      const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
      const bool there = descriptor >= 0 && setns(descriptor, CLONE_NEWNET) == 0;
      close(descriptor);
      if (!there) throw std::runtime_error("cannot enter " + path);
      act();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

std::string TestNetwork::name_of(const std::string& address) const { return prefix_ + address; }

std::string TestNetwork::run(const std::string& command,
                             const std::vector<std::string>& arguments) const {
  const auto result = base::run_child({.command = command,
                                       .arguments = arguments,
                                       .environment = {},
                                       .timeout = std::chrono::seconds(30),
                                       .output_bytes_max = std::size_t{16} << 20},
                                      {});
  if (result.end != base::ChildResult::End::kExited || result.code != 0) {
    std::string line = command;
    for (const std::string& argument : arguments) line += " " + argument;
    throw std::runtime_error(line + ": " + result.errors);
  }
  return result.output;
}

std::string TestNetwork::nft(const std::vector<std::string>& arguments) const {
  return run(nft_program_, arguments);
}

std::set<Packet> TestNetwork::seen(const std::string& set) const {
  const Json list = Json::parse(nft({"-j", "list", "set", "inet", "observers", set}));
  std::set<Packet> packets;
  for (const Json& entry : list.at("nftables")) {
    if (!entry.contains("set")) continue;
    for (const Json& element : entry["set"].value("elem", Json::array())) {
      const Json& parts = (element.contains("elem") ? element["elem"]["val"] : element)["concat"];
      packets.insert({parts[0], parts[1], protocol_of(parts[2]), parts[3]});
    }
  }
  return packets;
}

}  // namespace argus::node
