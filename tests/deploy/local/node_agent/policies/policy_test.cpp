#include "node_policies/policy.h"

#include <gtest/gtest.h>

namespace argus::node {
namespace {

using kube::Json;

Policy read(const char* spec) {
  Json policy = {{"metadata", {{"namespace", "data"}, {"name", "p"}}}};
  policy["spec"] = Json::parse(spec);
  return read_policy(policy);
}

TEST(PolicyTest, WithoutTypesItRestrictsIngressAndEgressOnlyWithRules) {
  const Policy plain = read(R"({"podSelector": {}})");
  EXPECT_TRUE(plain.ingress);
  EXPECT_FALSE(plain.egress);
  const Policy both = read(R"({"podSelector": {}, "egress": [{}]})");
  EXPECT_TRUE(both.ingress);
  EXPECT_TRUE(both.egress);
}

TEST(PolicyTest, TypesSayWhatIsRestricted) {
  const Policy policy = read(R"({"podSelector": {}, "policyTypes": ["Egress"], "ingress": [{}]})");
  EXPECT_FALSE(policy.ingress) << "rules without their type do not count";
  ASSERT_TRUE(policy.egress);
  EXPECT_TRUE(policy.egress->empty());
}

TEST(PolicyTest, AnEmptyListOfPeersOrPortsIsNoLimit) {
  const Policy policy = read(R"({"podSelector": {}, "ingress": [{"from": [], "ports": []}, {}]})");
  ASSERT_EQ(policy.ingress->size(), 2U);
  for (const PolicyRule& rule : *policy.ingress) {
    EXPECT_FALSE(rule.peers);
    EXPECT_FALSE(rule.ports);
  }
}

TEST(PolicyTest, ReadsPorts) {
  const Policy policy = read(R"({"podSelector": {}, "ingress": [{"ports": [
      {"port": 80}, {"protocol": "UDP", "port": 100, "endPort": 200}, {"protocol": "SCTP"},
      {"port": "http"}, {"protocol": "ICMP", "port": 8}, {"port": 9, "endPort": 8}]}]})");
  const auto& ports = *policy.ingress->at(0).ports;
  ASSERT_EQ(ports.size(), 4U) << "what the API server would refuse allows nothing";
  EXPECT_EQ(std::get<Range>(ports[0].port), (Range{80, 80}));
  EXPECT_EQ(ports[1].protocol, Protocol::kUdp);
  EXPECT_EQ(std::get<Range>(ports[1].port), (Range{100, 200}));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(ports[2].port));
  EXPECT_EQ(std::get<std::string>(ports[3].port), "http");
}

TEST(PolicyTest, TakesExceptionsOutOfABlock) {
  const Policy policy = read(R"({"podSelector": {}, "ingress": [{"from": [
      {"ipBlock": {"cidr": "10.0.0.0/24", "except": ["10.0.0.0/32", "10.0.0.128/25"]}},
      {"ipBlock": {"cidr": "2001:db8::/32"}}]}]})");
  const auto& peers = *policy.ingress->at(0).peers;
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(std::get<BlockPeer>(peers[0]).ranges(),
            (std::vector<Range>{{*parse_address("10.0.0.1"), *parse_address("10.0.0.127")}}));
  EXPECT_TRUE(std::get<BlockPeer>(peers[1]).empty());
}

TEST(PolicyTest, AnEmptySelectorIsNotAMissingOne) {
  const Policy policy =
      read(R"({"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": {}}]}]})");
  const auto& peer = std::get<PodPeer>(policy.ingress->at(0).peers->at(0));
  EXPECT_TRUE(peer.namespaces);
  EXPECT_FALSE(peer.pods);
  EXPECT_EQ(peer.policy.ns, "data");
}

}  // namespace
}  // namespace argus::node
