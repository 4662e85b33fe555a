#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "controllers/argusdatalayer/samples.h"

namespace argus::adl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> sentences(const std::vector<Violation>& violations) {
  std::vector<std::string> result;
  for (const Violation& violation : violations) result.push_back(violation.to_string());
  return result;
}

TEST(SpecTest, AnEmptySpecIsCompleteWithTheFiguresOfTheReference) {
  EXPECT_THAT(sentences(check_spec(Json::object())), IsEmpty());
  const Spec spec = parse_spec(nullptr);

  EXPECT_EQ(spec.redpanda.mode, Mode::kManaged);
  EXPECT_EQ(spec.redpanda.replicas, 1);
  EXPECT_EQ(spec.redpanda.replication_factor(), 1);
  EXPECT_EQ(spec.redpanda.storage.size.to_string(), "40Gi");
  EXPECT_FALSE(spec.redpanda.storage.storage_class);
  EXPECT_EQ(spec.falkordb.resources.cpu_request.to_string(), "100m");
  EXPECT_EQ(spec.valkey.resources.cpu_limit.to_string(), "200m");
  EXPECT_EQ(spec.valkey.max_memory_policy, "allkeys-lru");
  EXPECT_EQ(spec.worker.consumer_group, "argus-cognee-workers");
  EXPECT_EQ(spec.worker.autoscaling.max_replicas, 5);
  ASSERT_EQ(spec.worker.autoscaling.lag.size(), 2U);
  EXPECT_EQ(spec.worker.autoscaling.lag[0].topic, "argus.codebase.ingested");
  EXPECT_EQ(spec.worker.autoscaling.lag[0].lag_threshold, 10);
  EXPECT_FALSE(spec.worker.llm);
  EXPECT_FALSE(spec.worker.neo4j);
  EXPECT_FALSE(spec.flink.enabled);
  EXPECT_EQ(spec.flink.task_manager.replicas, 2);
  EXPECT_EQ(spec.guardrails.quota.requests_storage.to_string(), "500Gi");
  EXPECT_EQ(spec.volumes, VolumeRetention::kRetain);
}

TEST(SpecTest, WhatDependsOnALimitIsDerivedFromIt) {
  Json spec = Json::object();
  spec["valkey"]["resources"]["limits"]["memory"] = "1Gi";
  spec["worker"]["resources"]["limits"]["cpu"] = 2;
  const Spec parsed = parse_spec(spec);
  EXPECT_EQ(parsed.valkey.max_memory.to_string(), "768Mi");
  EXPECT_EQ(parsed.falkordb.max_memory.to_string(), "1152Mi");
  EXPECT_EQ(parsed.worker.autoscaling.cpu.average_value.to_string(), "1600m");

  spec["valkey"]["maxMemory"] = "512Mi";
  EXPECT_EQ(parse_spec(spec).valkey.max_memory.to_string(), "512Mi");
}

TEST(SpecTest, RedpandaTakesItsFlagsFromTheRequest) {
  ContainerResources resources = parse_spec(nullptr).redpanda.resources;
  EXPECT_EQ(redpanda_memory(resources).smp, 1);
  EXPECT_EQ(redpanda_memory(resources).memory_mi, 1843);
  EXPECT_FALSE(redpanda_memory(resources).overprovisioned);
  resources.cpu_request = *Quantity::parse("3500m");
  EXPECT_EQ(redpanda_memory(resources).smp, 3);
  resources.cpu_request = *Quantity::parse("500m");
  EXPECT_EQ(redpanda_memory(resources).smp, 1);
  EXPECT_TRUE(redpanda_memory(resources).overprovisioned);
}

TEST(SpecTest, TheProfileDecidesWhereThePartsRun) {
  const Spec spec = parse_spec(
      base::parse_yaml(read_source("deploy/samples/argus-minimal.yaml")).at(0).at("spec"));
  EXPECT_EQ(spec.profile, Profile::kMinimal);
  EXPECT_EQ(spec.redpanda.mode, Mode::kExternal);
  EXPECT_EQ(spec.falkordb.mode, Mode::kExternal);
  EXPECT_EQ(spec.valkey.mode, Mode::kDisabled);
  ASSERT_EQ(spec.redpanda.external.bootstrap_servers.size(), 2U);
  EXPECT_EQ(spec.redpanda.external.bootstrap_servers[1].to_string(), "seed-1.example.com:9092");
  EXPECT_EQ(spec.redpanda.external.username_key, "sasl_username");
}

TEST(SpecTest, AnAddressMayBeAnIpv6Address) {
  Json spec = Json::object();
  spec["redpanda"]["mode"] = "External";
  spec["redpanda"]["external"]["bootstrapServers"] = Json::array({"[2001:db8::1]:9092"});
  spec["redpanda"]["external"]["credentialsSecret"]["name"] = "brokers";
  ASSERT_THAT(sentences(check_spec(spec)), IsEmpty());
  const HostPort server = parse_spec(spec).redpanda.external.bootstrap_servers.at(0);
  EXPECT_EQ(server.host, "2001:db8::1");
  EXPECT_EQ(server.to_string(), "[2001:db8::1]:9092");
}

TEST(SpecTest, WhatDoesNotFitTheSchemaIsNotParsed) {
  Json spec = Json::object();
  spec["redpanda"]["replicas"] = "three";
  EXPECT_THROW(parse_spec(spec), std::invalid_argument);
  spec = Json::object();
  spec["valkey"]["maxMemory"] = "lots";
  EXPECT_THROW(parse_spec(spec), std::invalid_argument);
}

TEST(SpecTest, SamplesAreAccepted) {
  const auto samples = samples_in("deploy/samples");
  EXPECT_GE(samples.size(), 3U);
  for (const Sample& sample : samples) {
    EXPECT_THAT(sentences(check_spec(sample.resource.at("spec"))), IsEmpty()) << sample.name;
  }
}

TEST(SpecTest, InvalidSamplesAreRefusedWithASentence) {
  const auto samples = invalid_samples();
  EXPECT_GE(samples.size(), 20U);
  for (const Sample& sample : samples) {
    ASSERT_FALSE(sample.refused_by_checks.empty()) << sample.name;
    EXPECT_THAT(sentences(check_spec(sample.resource.at("spec"))),
                ElementsAre(HasSubstr(sample.refused_by_checks)))
        << sample.name;
  }
}

// A rule of the CRD that no sample breaks is not known to be said by validate() too. Transition
// rules need a state before, which validate() has not.
TEST(SpecTest, EveryRuleBetweenFieldsIsSaidInTheSameWords) {
  std::set<std::string> said;
  for (const Sample& sample : invalid_samples()) {
    for (const Violation& violation : check_spec(sample.resource.at("spec"))) {
      said.insert(violation.message);
    }
  }
  const Json& root = crd().at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema");
  for (const Json& rule : root.at("x-kubernetes-validations")) {
    if (rule.at("rule").get<std::string>().find("oldSelf") != std::string::npos) continue;
    EXPECT_EQ(said.count(rule.at("message").get<std::string>()), 1U) << rule.at("message");
  }
}

TEST(SpecTest, ARangeOfAddressesMustBeOne) {
  Json spec = Json::object();
  for (const char* range :
       {"300.0.0.0/8", "10.0.0.0/33", "fe80::/129", "10.0.0/8", "::1::/64", "fe80/10"}) {
    spec["networkPolicy"]["blockedCIDRs"] = Json::array({range});
    EXPECT_THAT(sentences(check_spec(spec)), ElementsAre(HasSubstr("range of addresses"))) << range;
  }
}

TEST(SpecTest, AResourceWithManyMistakesNamesABoundedNumber) {
  Json spec = Json::object();
  for (int i = 0; i < 200; ++i) spec["field" + std::to_string(i)] = i;
  EXPECT_EQ(check_spec(spec).size(), 64U);
}

}  // namespace
}  // namespace argus::adl
