#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/components.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/network/objects.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "controllers/argusdatalayer/render_case.h"

namespace argus::adl {
namespace {

class RedisExporterTest : public testing::Test {
 protected:
  Spec spec_ = parse_spec(Json::object());
  Facts facts_ = test_facts();

  [[nodiscard]] Json container() const {
    return objects::valkey_exporter_deployment(spec_, facts_)
        ->at("/spec/template/spec/containers/0"_json_pointer);
  }
  // Names of what is rendered for Valkey's exporter.
  [[nodiscard]] std::vector<std::string> rendered() const {
    std::vector<std::string> names;
    for (const Json& object : render(spec_, facts_)) {
      const auto name = object.at("metadata").at("name").get<std::string>();
      if (name.rfind("valkey-exporter", 0) == 0) {
        names.push_back(object.at("kind").get<std::string>() + "/" + name);
      }
    }
    return names;
  }
};

TEST_F(RedisExporterTest, ItsImageIsNoPartOfTheStoresPod) {
  const auto before = objects::valkey_stateful_set(spec_, facts_);
  const auto service = objects::valkey_service(spec_, facts_);
  spec_.monitoring.exporter.image = "oliver006/redis_exporter:v0.0.0-missing";
  EXPECT_EQ(objects::valkey_stateful_set(spec_, facts_), before);
  EXPECT_EQ(container().at("image"), "oliver006/redis_exporter:v0.0.0-missing");
  spec_.monitoring.enabled = false;
  EXPECT_EQ(objects::valkey_stateful_set(spec_, facts_), before);
  EXPECT_EQ(objects::valkey_service(spec_, facts_), service);
}

TEST_F(RedisExporterTest, AsksTheStoreWithItsPasswordAndListensInEveryFamily) {
  const Json env = container().at("env");
  EXPECT_EQ(env.at(0).at("value"), "redis://valkey-headless.argus-data.svc.cluster.local:6379");
  EXPECT_EQ(env.at(1).at("value"), ":9121");
  EXPECT_EQ(env.at(2).at("valueFrom").at("secretKeyRef").at("name"), "valkey-auth");
  facts_.secret_hashes["valkey-auth"] = "before";
  const auto before = objects::valkey_exporter_deployment(spec_, facts_);
  facts_.secret_hashes["valkey-auth"] = "after";
  EXPECT_NE(objects::valkey_exporter_deployment(spec_, facts_), before);
}

TEST_F(RedisExporterTest, PrometheusComesInAndTheStoreLetsItIn) {
  const Json policy = *objects::valkey_exporter_network_policy(spec_, facts_);
  ASSERT_EQ(policy.at("/spec/ingress"_json_pointer).size(), 1U);
  EXPECT_EQ(policy.at("/spec/ingress/0/ports/0/port"_json_pointer), 9121);
  ASSERT_EQ(policy.at("/spec/egress"_json_pointer).size(), 1U);
  const Json& out = policy.at("/spec/egress/0"_json_pointer);
  EXPECT_EQ(out.at("/ports/0/port"_json_pointer), 6379);
  EXPECT_EQ(
      out.at("/to/0/podSelector/matchLabels"_json_pointer),
      objects::valkey_stateful_set(spec_, facts_)->at("/spec/selector/matchLabels"_json_pointer));
  const Json store = *objects::valkey_network_policy(spec_, facts_);
  const Json exporter = objects::valkey_exporter_deployment(spec_, facts_)
                            ->at("/spec/selector/matchLabels"_json_pointer);
  int lets_in = 0;
  for (const Json& rule : store.at("/spec/ingress"_json_pointer)) {
    if (rule.at("/from/0/podSelector/matchLabels"_json_pointer) == exporter) ++lets_in;
    for (const Json& port : rule.at("ports")) EXPECT_EQ(port.at("port"), 6379);
  }
  EXPECT_EQ(lets_in, 1);
}

TEST_F(RedisExporterTest, IsThereWhenItsStoreIsOursAndMonitored) {
  EXPECT_THAT(rendered(),
              testing::ElementsAre("NetworkPolicy/valkey-exporter-policy",
                                   "Service/valkey-exporter", "Deployment/valkey-exporter"));
  spec_.network_policy.enabled = false;
  EXPECT_THAT(rendered(), testing::SizeIs(2));
  spec_.monitoring.enabled = false;
  EXPECT_THAT(rendered(), testing::IsEmpty());
  spec_.monitoring.enabled = true;
  spec_.valkey.mode = Mode::kExternal;
  EXPECT_THAT(rendered(), testing::IsEmpty());
}

TEST_F(RedisExporterTest, ReportsAsMonitoringAndNotAsItsStore) {
  EXPECT_EQ(component_of(*objects::valkey_exporter_deployment(spec_, facts_)),
            Component::kMonitoring);
  EXPECT_EQ(component_of(*objects::falkordb_exporter_service(spec_, facts_)),
            Component::kMonitoring);
  EXPECT_EQ(component_of(*objects::falkordb_exporter_network_policy(spec_, facts_)),
            Component::kNetworkPolicy);
}

TEST_F(RedisExporterTest, OneServiceOfEachMetricsPortIsAnnotated) {
  std::vector<std::string> annotated;
  for (const Json& object : render(spec_, facts_)) {
    if (object.dump().find("prometheus.io/scrape") == std::string::npos) continue;
    annotated.push_back(object.at("kind").get<std::string>() + "/" +
                        object.at("metadata").at("name").get<std::string>() + ":" +
                        object.at("metadata").at("annotations").value("prometheus.io/port", ""));
  }
  EXPECT_THAT(annotated,
              testing::ElementsAre("Service/redpanda:9644", "Service/falkordb-exporter:9121",
                                   "Service/valkey-exporter:9121", "Service/cognee-worker:8080"));
}

}  // namespace
}  // namespace argus::adl
