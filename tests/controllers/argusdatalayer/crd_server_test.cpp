// The CRD on a real API server: accepted, defaulting as we do, refusing what it should.
//
// ARGUS_TEST_KUBECONFIG names the kubeconfig of an API server that may be written to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/quantity.h"
#include "argusdatalayer/model/schema.h"
#include "argusdatalayer/model/spec.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "controllers/argusdatalayer/samples.h"
#include "fakes/eventually.h"
#include "kube/cluster_access.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;

constexpr const char* kNamespace = "argus-crd-test";
constexpr const char* kManager = "crd-server-test";
const kube::GroupVersionKind kCrdKind{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
const kube::GroupVersionKind kLayerKind{std::string(kApiGroup), "v1alpha1", std::string(kKind)};

class CrdServerTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* kubeconfig = std::getenv("ARGUS_TEST_KUBECONFIG");
    ASSERT_NE(kubeconfig, nullptr)
        << "set ARGUS_TEST_KUBECONFIG to the kubeconfig of an API server for tests";
    const auto access = kube::find_cluster_access({.kubeconfig = kubeconfig}, base::system_clock());
    client_ = kube::connect(access, {.user_agent = "crd-server-test", .requests_per_second = 0},
                            base::system_clock(), metrics_);
    definition_ = client_->apply(resource(kCrdKind), crd(), kManager, "", {});
    Json ns = Json::object();
    ns["apiVersion"] = "v1";
    ns["kind"] = "Namespace";
    ns["metadata"]["name"] = kNamespace;
    client_->apply(resource({"", "v1", "Namespace"}), ns, kManager, "", {});
    ASSERT_TRUE(fakes::eventually([&] { return condition("Established") == "True" && served(); }));
  }

  void TearDown() override {
    if (!client_ || !served()) return;
    for (const Json& layer : client_->list(resource(kLayerKind), {.ns = kNamespace}, {}).items) {
      client_->remove(resource(kLayerKind), kube::key_of(layer), {}, {});
    }
  }

  kube::Resource resource(const kube::GroupVersionKind& gvk) {
    const auto found = client_->resource_for(gvk, {});
    if (!found) throw std::runtime_error("the API server does not serve " + gvk.kind);
    return *found;
  }

  bool served() {
    client_->forget_discovery();
    return client_->resource_for(kLayerKind, {}).has_value();
  }

  // The status of a condition of the definition; empty when it has none.
  std::string condition(const std::string& type) {
    const auto live = client_->get(resource(kCrdKind), kube::key_of(crd()), {});
    for (const Json& entry : live->at("status").value("conditions", Json::array())) {
      if (entry.at("type") == type) return entry.at("status");
    }
    return {};
  }

  Json apply(Json layer) {
    layer["metadata"]["namespace"] = kNamespace;
    return client_->apply(resource(kLayerKind), layer, kManager, "", {});
  }

  Json apply_spec(const Json& spec) {
    Json layer = Json::object();
    layer["apiVersion"] = kApiVersion;
    layer["kind"] = kKind;
    layer["metadata"]["name"] = "argus";
    layer["spec"] = spec;
    return apply(layer);
  }

  // What the server answers to a resource that it refuses.
  std::string refusal(const Json& layer) {
    try {
      apply(layer);
    } catch (const kube::ApiError& error) {
      return error.what();
    }
    return "accepted";
  }

  std::string refusal_of_spec(const Json& spec) {
    try {
      apply_spec(spec);
    } catch (const kube::ApiError& error) {
      return error.what();
    }
    return "accepted";
  }

  base::Metrics metrics_;
  std::unique_ptr<kube::Client> client_;
  Json definition_;
};

TEST_F(CrdServerTest, TheSchemaIsStructuralAndKeptAsItIs) {
  EXPECT_EQ(condition("NonStructuralSchema"), "");
  const Json& version = definition_.at("spec").at("versions").at(0);
  EXPECT_EQ(version.at("schema"), crd().at("spec").at("versions").at(0).at("schema"));
}

TEST_F(CrdServerTest, WhatNobodyWroteIsNotWrittenIntoTheStoredResource) {
  EXPECT_EQ(apply_spec(Json::object()).at("spec"), Json::object());
  for (const Sample& sample : samples_in("deploy/samples")) {
    Json layer = sample.resource;
    layer["metadata"]["name"] = sample.name;
    EXPECT_EQ(apply(layer).at("spec"), layer.at("spec")) << sample.name;
  }
}

TEST_F(CrdServerTest, AResourceWithoutASpecIsAccepted) {
  Json layer = Json::object();
  layer["apiVersion"] = kApiVersion;
  layer["kind"] = kKind;
  layer["metadata"]["name"] = "argus";
  EXPECT_EQ(refusal(layer), "accepted");
}

// Version 0.1.0 had the defaults in the CRD, and so in every resource that it stored.
TEST_F(CrdServerTest, AResourceThatHoldsEveryDefaultIsAcceptedAndMayBeTrimmed) {
  const Json complete = with_defaults(Json::object(), spec_schema());
  EXPECT_EQ(apply_spec(complete).at("spec"), complete);
  EXPECT_EQ(apply_spec(Json::object()).at("spec"), Json::object());
}

// The API server keeps amounts of containers, claims and quotas in whole thousandths.
TEST_F(CrdServerTest, AmountsAreRoundedAsTheServerRoundsThem) {
  Json range = Json::object();
  range["apiVersion"] = "v1";
  range["kind"] = "LimitRange";
  range["metadata"]["name"] = "rounding";
  range["metadata"]["namespace"] = kNamespace;
  for (const char* amount : {"100.5m", "0.0001", "1.0000001", "100u", "1048576.0005", "0.3Ki"}) {
    Json item = Json::object();
    item["type"] = "Container";
    item["max"]["cpu"] = amount;
    range["spec"]["limits"] = Json::array({item});
    const Json live = client_->apply(resource({"", "v1", "LimitRange"}), range, kManager, "", {});
    EXPECT_EQ(live.at("spec").at("limits").at(0).at("max").at("cpu"),
              Quantity::parse(amount)->rounded_up_to_millis().to_string())
        << amount;
  }
}

TEST_F(CrdServerTest, InvalidSamplesAreRefusedWithASentence) {
  const auto samples = invalid_samples();
  EXPECT_GE(samples.size(), 20U);
  for (const Sample& sample : samples) {
    ASSERT_FALSE(sample.refused_by_server.empty()) << sample.name;
    EXPECT_THAT(refusal(sample.resource), HasSubstr(sample.refused_by_server)) << sample.name;
  }
}

TEST_F(CrdServerTest, VolumesGrowAndNeverShrink) {
  Json spec = Json::object();
  for (const std::string part : {"redpanda", "falkordb", "valkey"}) {
    spec[part]["storage"]["size"] = "0.05Ti";
    apply_spec(spec);
    spec[part]["storage"]["size"] = "52Gi";
    EXPECT_EQ(refusal_of_spec(spec), "accepted") << part;
    spec[part]["storage"]["size"] = "51Gi";
    EXPECT_THAT(refusal_of_spec(spec), HasSubstr(part + ".storage.size cannot shrink")) << part;
    spec[part]["storage"]["size"] = "52Gi";
  }
}

TEST_F(CrdServerTest, AStorageClassStaysAsItIs) {
  for (const std::string part : {"redpanda", "falkordb", "valkey"}) {
    const std::string sentence = part + ".storage.storageClassName cannot change";
    apply_spec(Json::object());
    Json spec = Json::object();
    spec[part]["storage"]["storageClassName"] = "fast";
    EXPECT_THAT(refusal_of_spec(spec), HasSubstr(sentence)) << part;
    TearDown();
    apply_spec(spec);
    EXPECT_THAT(refusal_of_spec(Json::object()), HasSubstr(sentence)) << part;
    spec[part]["storage"]["storageClassName"] = "slow";
    EXPECT_THAT(refusal_of_spec(spec), HasSubstr(sentence)) << part;
    TearDown();
  }
}

TEST_F(CrdServerTest, BrokersAreAddedAndNotRemoved) {
  Json spec = Json::object();
  spec["redpanda"]["replicas"] = 3;
  apply_spec(spec);
  spec["redpanda"]["replicas"] = 5;
  EXPECT_EQ(refusal_of_spec(spec), "accepted");
  spec["redpanda"]["replicas"] = 3;
  EXPECT_THAT(refusal_of_spec(spec), HasSubstr("redpanda.replicas cannot be lowered"));
}

TEST_F(CrdServerTest, AStatusWithEverythingIsKeptWhole) {
  const std::string text = R"({
    "observedGeneration": 1,
    "conditions": [{"type": "Ready", "status": "False", "observedGeneration": 1,
      "lastTransitionTime": "2026-11-24T02:00:00Z", "reason": "WaitingForPods",
      "message": "redpanda-0 is not scheduled: add a node."}],
    "summary": {"redpanda": "0/1", "worker": "0/1"},
    "components": [{"kind": "StatefulSet", "name": "redpanda", "ready": 0, "desired": 1,
      "version": "v24.2.7", "message": "waits for redpanda-0"}],
    "endpoints": {"kafka": "redpanda-0.redpanda.ns.svc.cluster.local:9092",
      "schemaRegistry": "http://redpanda:8081", "httpProxy": "http://redpanda:8082",
      "redpandaAdmin": "http://redpanda:9644", "falkordb": "falkordb:6379", "valkey": "valkey:6379",
      "worker": "http://cognee-worker:8080", "flink": "http://flink-webui:8081"},
    "requested": [{"resource": "requests.cpu", "requested": "1850m", "quota": "20"}],
    "inventory": ["statefulset.apps/redpanda"]})";
  apply_spec(Json::object());
  Json layer = Json::object();
  layer["apiVersion"] = kApiVersion;
  layer["kind"] = kKind;
  layer["metadata"]["name"] = "argus";
  layer["metadata"]["namespace"] = kNamespace;
  layer["status"] = Json::parse(text);
  const Json live = client_->apply(resource(kLayerKind), layer, kManager, "status", {});
  EXPECT_EQ(live.at("status"), layer.at("status"));
}

}  // namespace
}  // namespace argus::adl
