// The permissions against what policies mean (random_cluster.h), and the few things that a random
// cluster does not have.
#include "node_policies/permissions.h"

#include <gtest/gtest.h>

#include "random_cluster.h"

namespace argus::node {
namespace {

using kube::Json;
using kube::SharedObject;

bool permits(const Permission& permission, const Packet& packet) {
  const auto within = [](const std::optional<RangeSet>& set, std::uint32_t number) {
    return !set || set->contains(number);
  };
  return within(permission.sources, *parse_address(packet.source)) &&
         within(permission.destinations, *parse_address(packet.destination)) &&
         (!permission.protocol || *permission.protocol == packet.protocol) &&
         within(permission.ports, packet.port);
}

bool permits(const Direction& direction, const std::string& pod, const Packet& packet) {
  const auto restricted = direction.restricted.find(*parse_address(pod));
  if (restricted == direction.restricted.end()) return true;
  for (const std::size_t grant : restricted->second) {
    for (const Permission& permission : direction.grants.at(grant).permissions) {
      if (permits(permission, packet)) return true;
    }
  }
  return false;
}

TEST(PermissionsTest, ArePoliciesMeaning) {
  std::mt19937 random(11);
  std::vector<std::string> hosts = pod_addresses();
  hosts.emplace_back(kOutside);
  hosts.emplace_back(kGateway);
  int allowed = 0;
  int denied = 0;
  for (int round = 0; round < 60; ++round) {
    const ClusterObjects cluster = random_cluster(random);
    const Permissions permissions = permissions_in(view_of(cluster));
    for (const std::string& source : hosts) {
      for (const std::string& destination : hosts) {
        if (source == destination) continue;
        for (const Packet& packet : packets_between(source, destination)) {
          const bool expected = is_allowed(cluster, packet);
          ASSERT_EQ(permits(permissions.egress, source, packet) &&
                        permits(permissions.ingress, destination, packet),
                    expected)
              << describe(cluster, packet);
          ++(expected ? allowed : denied);
        }
      }
    }
  }
  EXPECT_GT(allowed, 5000);
  EXPECT_GT(denied, 5000);
}

class NewcomerTest : public testing::Test {
 protected:
  static ClusterObjects cluster(const char* pod_spec, const char* policy_spec) {
    Json pod = Json::parse(
        R"({"metadata": {"namespace": "x", "name": "new", "uid": "u1", "labels": {"app": "a"}}})");
    pod["spec"] = Json::parse(pod_spec);
    Json policy = Json::parse(R"({"metadata": {"namespace": "x", "name": "p"}})");
    policy["spec"] = Json::parse(policy_spec);
    Json ns = Json::parse(R"({"metadata": {"name": "x"}})");
    ClusterObjects objects;
    objects.pods = {std::make_shared<const Json>(std::move(pod))};
    objects.policies = {std::make_shared<const Json>(std::move(policy))};
    objects.namespaces = {std::make_shared<const Json>(std::move(ns))};
    return objects;
  }
  static Permissions permissions(const char* pod_spec, const char* policy_spec) {
    return permissions_in(view_of(cluster(pod_spec, policy_spec)));
  }
};

TEST_F(NewcomerTest, APodWithoutAddressIsRestrictedAsItWillBe) {
  const Permissions ingress = permissions(R"({"nodeName": "node"})", R"({"podSelector": {}})");
  EXPECT_TRUE(ingress.ingress.newcomers_restricted);
  EXPECT_FALSE(ingress.egress.newcomers_restricted);
  const Permissions egress =
      permissions(R"({"nodeName": "node"})", R"({"podSelector": {}, "policyTypes": ["Egress"]})");
  EXPECT_FALSE(egress.ingress.newcomers_restricted);
  EXPECT_TRUE(egress.egress.newcomers_restricted);
}

TEST_F(NewcomerTest, OnlyWhereAPolicySelectsIt) {
  EXPECT_FALSE(
      permissions(R"({"nodeName": "node"})", R"({"podSelector": {"matchLabels": {"app": "b"}}})")
          .ingress.newcomers_restricted);
  EXPECT_FALSE(permissions(R"({})", R"({"podSelector": {}})").ingress.newcomers_restricted)
      << "no node was chosen for it yet";
  EXPECT_FALSE(permissions(R"({"nodeName": "node", "hostNetwork": true})", R"({"podSelector": {}})")
                   .ingress.newcomers_restricted);
}

TEST_F(NewcomerTest, TheRuntimeKnowsItsAddressFirst) {
  ClusterObjects objects = cluster(R"({"nodeName": "node"})", R"({"podSelector": {}})");
  objects.assigned = {{"u1", 5}, {"another", 6}};
  const Permissions known = permissions_in(view_of(objects));
  EXPECT_FALSE(known.ingress.newcomers_restricted);
  EXPECT_EQ(known.ingress.restricted.count(5), 1U);
  EXPECT_EQ(known.pods, RangeSet({5, 5}));
}

}  // namespace
}  // namespace argus::node
