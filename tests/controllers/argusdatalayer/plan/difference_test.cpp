#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/plan/difference.h"
#include "base/yaml_reader.h"

namespace argus::adl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json yaml(const char* text) { return base::parse_yaml(text).at(0); }

TEST(DifferenceTest, DefaultsOfTheServerAreNoDifference) {
  const Json wanted = yaml(R"(
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: worker
          image: worker:1
          ports: [{containerPort: 8080, name: http}]
)");
  const Json live = yaml(R"(
kind: Deployment
metadata: {uid: x}
spec:
  replicas: 3
  template:
    spec:
      restartPolicy: Always
      containers:
        - name: worker
          image: worker:1
          imagePullPolicy: IfNotPresent
          ports: [{containerPort: 8080, name: http, protocol: TCP}]
)");
  EXPECT_THAT(differences(wanted, live), IsEmpty());
}

TEST(DifferenceTest, NamesThePathOfWhatDiffers) {
  Json wanted =
      yaml("{kind: Deployment, spec: {template: {spec: {containers: [{name: a, image: x:2}]}}}}");
  const Json live = yaml(
      "{kind: Deployment, spec: {template: {spec: {containers: [{name: b}, {name: a, image: "
      "x:1}]}}}}");
  EXPECT_THAT(differences(wanted, live), ElementsAre("spec.template.spec.containers[a].image"));
  wanted["spec"]["template"]["spec"]["containers"][0]["name"] = "c";
  EXPECT_THAT(differences(wanted, live), ElementsAre("spec.template.spec.containers[c]"));
}

TEST(DifferenceTest, QuantitiesAreComparedByAmount) {
  const Json wanted = yaml(R"(
kind: StatefulSet
spec: {containers: [{name: a, resources: {limits: {cpu: "1", memory: 1Gi}}}]})");
  EXPECT_THAT(differences(wanted, yaml(R"(
kind: StatefulSet
spec: {containers: [{name: a, resources: {limits: {cpu: 1000m, memory: 1024Mi}}}]})")),
              IsEmpty());
  EXPECT_THAT(differences(wanted, yaml(R"(
kind: StatefulSet
spec: {containers: [{name: a, resources: {limits: {cpu: 1001m, memory: 1Gi}}}]})")),
              ElementsAre("spec.containers[a].resources.limits.cpu"));
}

TEST(DifferenceTest, ListsWithoutAKeyMustBeEqual) {
  const Json wanted = yaml("{kind: NetworkPolicy, spec: {ingress: [{ports: [{port: 6379}]}]}}");
  EXPECT_THAT(
      differences(wanted, yaml("{kind: NetworkPolicy, spec: {ingress: [{ports: [{port: 6379, "
                               "protocol: TCP}]}]}}")),
      IsEmpty());
  // Somebody let more in.
  EXPECT_THAT(
      differences(wanted,
                  yaml("{kind: NetworkPolicy, spec: {ingress: [{ports: [{port: 6379}]}, {}]}}")),
      ElementsAre("spec.ingress"));
  EXPECT_THAT(
      differences(wanted, yaml("{kind: NetworkPolicy, spec: {ingress: [{ports: [{port: 6379}, "
                               "{port: 22}]}]}}")),
      ElementsAre("spec.ingress[0].ports"));
}

TEST(DifferenceTest, WhatIsEmptyIsNotKeptByTheServer) {
  EXPECT_THAT(
      differences(yaml("{kind: X, spec: {a: {}, b: [], c: null}}"), yaml("{kind: X, spec: {}}")),
      IsEmpty());
  EXPECT_THAT(differences(yaml("{kind: X, spec: {a: false}}"), yaml("{kind: X, spec: {}}")),
              ElementsAre("spec.a"));
}

TEST(DifferenceTest, AMemberMoreInASelectorOrARuleIsADifference) {
  const Json service = Json::parse(R"({"kind": "Service", "spec": {"selector": {"a": "b"}}})");
  Json live = service;
  live["spec"]["selector"]["c"] = "d";
  EXPECT_THAT(differences(service, live), ElementsAre("spec.selector.c"));
  const Json policy = Json::parse(R"({"kind": "NetworkPolicy", "spec": {"podSelector": {},
      "ingress": [{"from": [{"podSelector": {"matchLabels": {"a": "b"}}}]}]}})");
  EXPECT_TRUE(differences(policy, policy).empty());
  live = policy;
  live["spec"]["podSelector"]["matchLabels"]["a"] = "b";
  live["spec"]["ingress"][0]["from"][0]["namespaceSelector"]["matchLabels"]["c"] = "d";
  EXPECT_THAT(differences(policy, live), ElementsAre("spec.ingress[0].from[0].namespaceSelector",
                                                     "spec.podSelector.matchLabels"));
  const Json role = Json::parse(R"({"kind": "Role", "rules": [{"verbs": ["get"]}]})");
  live = role;
  live["rules"][0]["resourceNames"] = {"one"};
  EXPECT_THAT(differences(role, live), ElementsAre("rules[0].resourceNames"));
}

TEST(DifferenceTest, NamesNoMoreThanTheLimit) {
  Json wanted = Json::object();
  for (int i = 0; i < 100; ++i) wanted["field" + std::to_string(i)] = i;
  EXPECT_EQ(differences(wanted, Json::object()).size(), kDifferencesMax);
}

TEST(DifferenceTest, AFieldThatWasDroppedShowsInTheHash) {
  const Json before = yaml("{kind: X, metadata: {name: a}, spec: {a: 1, b: 2}}");
  const Json after = yaml("{kind: X, metadata: {name: a}, spec: {a: 1}}");
  const Json live = with_applied_hash(before);
  EXPECT_THAT(differences(after, live), IsEmpty());
  EXPECT_TRUE(applied_from(before, live));
  EXPECT_FALSE(applied_from(after, live));
  EXPECT_FALSE(applied_from(after, yaml("{kind: X, metadata: {name: a}}")));
}

}  // namespace
}  // namespace argus::adl
