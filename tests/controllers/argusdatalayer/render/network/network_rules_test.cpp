// What must hold of the NetworkPolicies of every golden case: allowing is done in pairs, and
// nothing is allowed to everybody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/render.h"
#include "controllers/argusdatalayer/render_case.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

// From the pods with these labels, to those with these, on this port.
using Pair = std::tuple<std::string, std::string, int>;

class NetworkRulesTest : public testing::TestWithParam<RenderCase> {
 protected:
  std::vector<Json> policies() const {
    std::vector<Json> found;
    for (Json& object : render(GetParam().spec, GetParam().facts)) {
      if (object.at("kind") == "NetworkPolicy") found.push_back(std::move(object));
    }
    return found;
  }

  static std::string selected(const Json& policy) {
    return policy.at("spec").at("podSelector").value("matchLabels", Json::object()).dump();
  }
  static bool in_this_namespace(const Json& peer) {
    return peer.contains("podSelector") && !peer.contains("namespaceSelector") &&
           peer.at("podSelector").contains("matchLabels");
  }

  // Pairs of parts, as the policies of one direction have them.
  std::set<Pair> pairs(const char* direction, const char* side) const {
    std::set<Pair> result;
    for (const Json& policy : policies()) {
      const Json rules = policy.at("spec").value(direction, Json::array());
      for (const Json& rule : rules) {
        const Json ports = rule.value("ports", Json::array());
        for (const Json& peer : rule.at(side)) {
          if (!in_this_namespace(peer)) continue;
          const std::string other = peer.at("podSelector").at("matchLabels").dump();
          for (const Json& one : ports) {
            const bool out = std::string(direction) == "egress";
            result.emplace(out ? selected(policy) : other, out ? other : selected(policy),
                           one.at("port").get<int>());
          }
          if (ports.empty()) result.emplace(selected(policy), other, 0);
        }
      }
    }
    return result;
  }
};

TEST_P(NetworkRulesTest, WhatOneSideMaySendTheOtherMayReceive) {
  EXPECT_EQ(pairs("egress", "to"), pairs("ingress", "from"));
}

TEST_P(NetworkRulesTest, NoRuleIsForEverybody) {
  for (const Json& policy : policies()) {
    const std::string name = kube::key_of(policy).name;
    const bool for_all = name.rfind("default-deny-", 0) == 0 || name == "allow-namespace-internal";
    EXPECT_EQ(policy.at("spec").at("podSelector").empty(), for_all) << name;
    for (const auto& [direction, side] :
         {std::pair("ingress", "from"), std::pair("egress", "to")}) {
      const Json rules = policy.at("spec").value(direction, Json::array());
      for (const Json& rule : rules) {
        ASSERT_TRUE(rule.contains(side)) << name << ": " << rule.dump();
        EXPECT_FALSE(rule.at(side).empty()) << name << ": an empty list is everybody";
        for (const Json& peer : rule.at(side)) EXPECT_FALSE(peer.empty()) << name;
      }
    }
  }
}

TEST_P(NetworkRulesTest, BothDirectionsAreDeniedWhereNothingIsSaid) {
  if (!GetParam().spec.network_policy.enabled) {
    EXPECT_TRUE(policies().empty());
    return;
  }
  std::set<std::string> denied;
  for (const Json& policy : policies()) {
    if (kube::key_of(policy).name.rfind("default-deny-", 0) != 0) continue;
    denied.insert(policy.at("spec").at("policyTypes").at(0).get<std::string>());
    EXPECT_FALSE(policy.at("spec").contains("ingress"));
  }
  EXPECT_EQ(denied, (std::set<std::string>{"Egress", "Ingress"}));
}

TEST_P(NetworkRulesTest, AnyAddressMeansNoneThatIsBlocked) {
  Json blocked = Json::array();
  for (const std::string& cidr : GetParam().spec.network_policy.blocked_cidrs) {
    if (cidr.find(':') == std::string::npos) blocked.push_back(cidr);
  }
  for (const Json& policy : policies()) {
    const Json rules = policy.at("spec").value("egress", Json::array());
    for (const Json& rule : rules) {
      for (const Json& peer : rule.at("to")) {
        if (!peer.contains("ipBlock")) continue;
        const Json& block = peer.at("ipBlock");
        if (block.at("cidr") == "0.0.0.0/0") {
          EXPECT_EQ(block.at("except"), blocked) << kube::key_of(policy).name;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, NetworkRulesTest, testing::ValuesIn(all_cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace argus::adl
