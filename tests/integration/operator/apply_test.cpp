// Everything that a resource asks for comes into being, and the status tells the truth about it.

#include <gmock/gmock.h>

#include "argusdatalayer/model/json.h"
#include "data_layer_test.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ApplyTest : public DataLayerTest {
 protected:
  void SetUp() override { install_optional_kinds(); }

  static std::set<Identity> identities(const std::vector<Json>& objects) {
    std::set<Identity> result;
    for (const Json& object : objects) {
      result.emplace(object.at("kind").get<std::string>(), kube::key_of(object).name);
    }
    return result;
  }

  // Every object that render lists is there, and the inventory names these and no more.
  void expect_everything(const Json& layer) {
    const std::set<Identity> wanted = identities(rendered(layer));
    for (const Identity& identity : wanted) {
      EXPECT_TRUE(find(identity.first, identity.second)) << identity.first << identity.second;
    }
    EXPECT_EQ(inventory(), wanted);
  }

  std::vector<std::string> event_reasons() {
    std::vector<std::string> reasons;
    kube::ListOptions options{.ns = ns_};
    options.field_selector = "involvedObject.kind=ArgusDataLayer";
    for (const Json& event : client_->list(kind("Event"), options, {}).items) {
      reasons.push_back(event.at("reason"));
    }
    return reasons;
  }
};

TEST_F(ApplyTest, AnEmptySpecBecomesAWholeDataLayer) {
  const auto process = start_operator();
  ASSERT_TRUE(process->ready()) << process->log();
  const Json layer = sample("argus");
  apply(layer);
  ASSERT_TRUE(settles()) << process->log();
  expect_everything(layer);
  EXPECT_TRUE(find("ScaledObject", "cognee-worker-scaledobject"));
  EXPECT_FALSE(find("FlinkDeployment", "argus-flink"));
  // No kubelet runs here: nothing may claim to be ready.
  EXPECT_EQ(condition("Ready").at("status"), "False");
  EXPECT_THAT(condition("Ready").at("message").get<std::string>(),
              AllOf(HasSubstr("StatefulSet redpanda: 0 of 1 pods ready"),
                    HasSubstr("Deployment cognee-worker: 0 of 1 pods ready")));
  EXPECT_EQ(condition("Degraded").at("status"), "False");
  EXPECT_EQ(condition("SecretsReady").at("status"), "True");
  EXPECT_EQ(condition("GuardrailsReady").at("status"), "True");
  EXPECT_EQ(reason("RedpandaReady"), "WaitingForPods");
  EXPECT_TRUE(condition("FlinkReady").empty()) << "Flink was not asked for";
}

TEST_F(ApplyTest, TheFullSampleBringsEverythingAndItsStatusIsForPeople) {
  put_secret("argus-data-secrets", {{"anthropic-api-key", "a"},
                                    {"cohere-api-key", "b"},
                                    {"neo4j-uri", "neo4j+s://graph.example.com"},
                                    {"neo4j-username", "neo4j"},
                                    {"neo4j-password", "c"},
                                    {"database-url", "postgres://db.example.com/argus"}});
  put_secret("flink-r2-credentials", {{"AWS_ACCESS_KEY_ID", "d"}, {"AWS_SECRET_ACCESS_KEY", "e"}});
  const auto process = start_operator();
  ASSERT_TRUE(process->ready()) << process->log();
  const Json layer = sample("argus-full");
  apply(layer);
  ASSERT_TRUE(settles()) << process->log();
  expect_everything(layer);
  const Json now = status();
  EXPECT_EQ(now.at("observedGeneration"), 1);
  EXPECT_EQ(reason("SecretsReady"), "Present");
  EXPECT_EQ(reason("FlinkReady"), "WaitingForPods");
  EXPECT_EQ(reason("AutoscalingReady"), "KedaSilent") << "KEDA's kinds are there, it is not";
  std::set<std::string> components;
  for (const Json& component : now.at("components")) {
    components.insert(
        component.at("name").get<std::string>() + " " + component.at("version").get<std::string>() +
        " " + component.value("ready", Json()).dump() + "/" + component.at("desired").dump());
  }
  EXPECT_EQ(components,
            (std::set<std::string>{"redpanda v26.1.9 0/3", "redpanda-setup 0.1.0 0/1",
                                   "falkordb v4.16.3 0/1", "falkordb-exporter v1.69.0 0/1",
                                   "valkey 8.1.4-alpine 0/1", "valkey-exporter v1.69.0 0/1",
                                   "cognee-worker 0.1.0 0/1", "argus-flink 1.20-java17 0/3"}));
  EXPECT_EQ(now.at("endpoints").at("kafka"),
            "redpanda-0.redpanda." + ns_ + ".svc.cluster.local:9092,redpanda-1.redpanda." + ns_ +
                ".svc.cluster.local:9092,redpanda-2.redpanda." + ns_ + ".svc.cluster.local:9092");
  EXPECT_THAT(event_reasons(), AllOf(testing::Contains("Created"), testing::Contains("NotReady"),
                                     Not(testing::Contains("ApplyFailed"))));
  EXPECT_THAT(process->log(), Not(HasSubstr("\"level\":\"error\"")));
}

TEST_F(ApplyTest, NoPasswordIsInTheLogOrTheStatusOrAnEvent) {
  const auto process = start_operator({"--no-leader-elect", "--log-level", "debug"});
  ASSERT_TRUE(process->ready()) << process->log();
  apply(sample("argus"));
  ASSERT_TRUE(settles()) << process->log();
  std::string told = process->log() + status().dump();
  for (const Json& event : client_->list(kind("Event"), {.ns = ns_}, {}).items)
    told += event.dump();
  int secrets = 0;
  for (const auto& [name, data] : passwords()) {
    const Json values = Json::parse(data);
    for (const auto& [key, encoded] : values.items()) {
      EXPECT_THAT(told, Not(HasSubstr(encoded.get<std::string>()))) << name;
      ++secrets;
    }
  }
  EXPECT_GE(secrets, 3);
}

}  // namespace
}  // namespace argus::adl
