// What the kernel does with the script, seen by packets between network namespaces.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fakes/eventually.h"
#include "node_policies/cluster_view.h"
#include "node_policies/nft_script.h"
#include "random_cluster.h"
#include "test_network.h"

namespace argus::node {
namespace {

using kube::Json;
using kube::SharedObject;

constexpr int kAnswerTimeoutMs = 10'000;
const Range kPodNetwork = *parse_block("10.244.0.0/24");

std::string script_for(const ClusterObjects& cluster) {
  return nft_script(permissions_in(view_of(cluster)), kPodNetwork);
}

SharedObject policy(const char* spec) {
  Json json = {{"metadata", {{"namespace", "x"}, {"name", "policy"}}}};
  json["spec"] = Json::parse(spec);
  return std::make_shared<const Json>(std::move(json));
}

sockaddr_in socket_address(const std::string& address, std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  return to;
}

// A descriptor of a socket, wherever it was made.
class Socket {
 public:
  explicit Socket(int type = SOCK_STREAM) : number_(socket(AF_INET, type | SOCK_CLOEXEC, 0)) {}
  explicit Socket(std::nullptr_t, int number) : number_(number) {}
  ~Socket() { close(number_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int number() const { return number_; }

  void listen_at(const std::string& address, std::uint16_t port) const {
    const sockaddr_in at = socket_address(address, port);
    ASSERT_EQ(bind(number_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    ASSERT_EQ(listen(number_, 8), 0);
  }
  [[nodiscard]] bool connect_to(const std::string& address, std::uint16_t port) const {
    const sockaddr_in to = socket_address(address, port);
    return connect(number_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  [[nodiscard]] int accepted() const { return accept4(number_, nullptr, nullptr, SOCK_CLOEXEC); }
  // Sends a byte and sees it arrive at the other end.
  [[nodiscard]] bool reaches(const Socket& other) const {
    char byte = 'x';
    if (::send(number_, &byte, 1, MSG_NOSIGNAL) != 1) return false;
    pollfd readable{other.number_, POLLIN, 0};
    return poll(&readable, 1, kAnswerTimeoutMs) == 1 && recv(other.number_, &byte, 1, 0) == 1;
  }

 private:
  const int number_;
};

class PacketTest : public testing::Test {
 protected:
  PacketTest() : pods_(pod_addresses()) {
    std::mt19937 random(1);
    cluster_ = random_cluster(random);
    cluster_.policies.clear();
  }
  bool passes(const std::string& source, const std::string& destination, std::uint16_t port = 80) {
    return !network_.passed({{source, destination, Protocol::kTcp, port}}).empty();
  }

  TestNetwork network_;
  const std::vector<std::string> pods_;  // three of namespace x, then three of y
  ClusterObjects cluster_;
};

TEST_F(PacketTest, PacketsPassAsPoliciesMean) {
  std::mt19937 random(23);
  std::vector<std::string> sources = pods_;
  sources.emplace_back(kOutside);
  std::vector<std::string> destinations = sources;
  destinations.emplace_back(kGateway);
  std::vector<Packet> packets;
  for (const std::string& source : sources) {
    for (const std::string& destination : destinations) {
      if (source == destination || (source == kOutside && destination == kGateway)) continue;
      for (const Packet& packet : packets_between(source, destination)) packets.push_back(packet);
    }
  }
  std::size_t allowed = 0;
  for (int round = 0; round < 15; ++round) {
    const ClusterObjects cluster = random_cluster(random);
    const std::string script = script_for(cluster);
    network_.load(script);
    const std::set<Packet> passed = network_.passed(packets);
    allowed += passed.size();
    for (const Packet& packet : packets) {
      ASSERT_EQ(passed.count(packet) != 0, is_allowed(cluster, packet))
          << describe(cluster, packet) << script;
    }
  }
  EXPECT_GT(allowed, packets.size()) << "some pass";
  EXPECT_LT(allowed, packets.size() * 14) << "some do not";
}

TEST_F(PacketTest, AnswersComeBackToIsolatedPodsAndTheNodeReachesEveryPod) {
  cluster_.policies = {policy(R"({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})"),
                       policy(R"({"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]})")};
  network_.load(script_for(cluster_));
  const std::string& server_address = pods_[4];  // of y, without policies
  network_.on(server_address, [&] {
    const Socket server;
    server.listen_at(server_address, 80);
    network_.on(pods_[0], [&] {
      const Socket client;
      EXPECT_TRUE(client.connect_to(server_address, 80));
      const Socket connection(nullptr, server.accepted());
      EXPECT_TRUE(connection.reaches(client)) << "to a pod without any ingress";
    });
  });
  EXPECT_FALSE(passes(server_address, pods_[0]));
  network_.on(pods_[0], [&] {
    const Socket server;
    server.listen_at(pods_[0], 80);
    network_.on(kGateway, [&] {
      const Socket probe;
      EXPECT_TRUE(probe.connect_to(pods_[0], 80)) << "as the kubelet does";
    });
    network_.on(pods_[0], [&] {
      const Socket client;
      EXPECT_TRUE(client.connect_to(pods_[0], 80)) << "a pod reaches itself";
    });
  });
}

TEST_F(PacketTest, AnEstablishedConnectionOutlivesThePolicyThatForbidsNewOnes) {
  network_.load(script_for(cluster_));
  network_.on(pods_[0], [&] {
    const Socket server;
    server.listen_at(pods_[0], 80);
    network_.on(pods_[3], [&] {
      const Socket client;
      ASSERT_TRUE(client.connect_to(pods_[0], 80));
      const Socket connection(nullptr, server.accepted());
      cluster_.policies = {policy(R"({"podSelector": {}})")};
      network_.load(script_for(cluster_));
      EXPECT_TRUE(client.reaches(connection));
      EXPECT_TRUE(connection.reaches(client));
      EXPECT_FALSE(passes(pods_[3], pods_[0]));
    });
  });
}

// From the moment the API server knows that a restricted pod will start here, its packets are held
// back until its address is known.
TEST_F(PacketTest, APodIsIsolatedBeforeItsAddressIsKnown) {
  cluster_.policies = {policy(R"({"podSelector": {"matchLabels": {"pod": "0"}},
                                  "policyTypes": ["Ingress", "Egress"]})")};
  const std::vector<SharedObject> all = cluster_.pods;
  Json starting = *all[0];
  starting["status"] = {{"phase", "Pending"}};
  cluster_.pods[0] = std::make_shared<const Json>(starting);
  network_.load(script_for(cluster_));
  EXPECT_FALSE(passes(pods_[0], pods_[1]));
  EXPECT_FALSE(passes(pods_[1], pods_[0]));
  EXPECT_TRUE(passes(pods_[1], pods_[2])) << "known pods are not concerned";
  EXPECT_TRUE(passes(kOutside, pods_[1]));
  EXPECT_TRUE(passes(pods_[1], kOutside));
  cluster_.pods.erase(cluster_.pods.begin());
  network_.load(script_for(cluster_));
  EXPECT_TRUE(passes(pods_[0], pods_[1])) << "no pod is awaited: unknown addresses are let be";
}

}  // namespace
}  // namespace argus::node
