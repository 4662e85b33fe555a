#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/network/objects.h"
#include "argusdatalayer/render/redpanda/broker_setup.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "controllers/argusdatalayer/render_case.h"

namespace argus::adl {
namespace {

Quantity quantity(const char* text) { return *Quantity::parse(text); }

TEST(BrokerSetupTest, IsSmall) {
  const ContainerResources resources = broker_setup_resources(parse_spec(Json::object()));
  EXPECT_EQ(resources.cpu_request, quantity("50m"));
  EXPECT_EQ(resources.cpu_limit, quantity("200m"));
  EXPECT_EQ(resources.memory_request, quantity("64Mi"));
  EXPECT_EQ(resources.memory_limit, quantity("128Mi"));
}

TEST(BrokerSetupTest, FitsEveryLimitRange) {
  Spec spec = parse_spec(Json::object());
  LimitRange& range = spec.guardrails.limit_range;
  range.min.cpu = quantity("100m");
  range.max.cpu = quantity("150m");
  range.min.memory = quantity("256Mi");
  const ContainerResources fitted = broker_setup_resources(spec);
  EXPECT_EQ(fitted.cpu_request, quantity("100m"));
  EXPECT_EQ(fitted.cpu_limit, quantity("150m"));
  EXPECT_EQ(fitted.memory_request, quantity("256Mi"));
  EXPECT_EQ(fitted.memory_limit, quantity("256Mi"));
  spec.guardrails.enabled = false;
  EXPECT_EQ(broker_setup_resources(spec).memory_limit, quantity("128Mi"));
}

TEST(BrokerSetupTest, IsToldByFileWhatIsSecret) {
  Spec spec = parse_spec(Json::object());
  spec.worker.consumer_group = "team-workers";
  spec.redpanda.replicas = 3;
  Facts facts = test_facts();
  facts.secret_hashes["redpanda-superusers"] = "1111111111111111";
  const Json container = broker_setup_container(spec, facts);
  EXPECT_FALSE(container.contains("env"));
  for (const std::string& password : kTestPasswords) {
    EXPECT_THAT(container.dump(), testing::Not(testing::HasSubstr(password)));
  }
  const auto arguments = container.at("args").get<std::vector<std::string>>();
  EXPECT_THAT(arguments, testing::Contains("--users-file=/run/secrets/argus/users.txt"));
  EXPECT_THAT(arguments, testing::Contains("--group=team-workers"));
  EXPECT_THAT(arguments, testing::Contains("--replication-factor=3"));
  EXPECT_THAT(arguments, testing::Contains("--users-hash=1111111111111111"));
  EXPECT_THAT(arguments, testing::Contains("--users-salt=" + facts.secret_salt));
  for (const char* broker : {"redpanda-0", "redpanda-1", "redpanda-2"}) {
    EXPECT_THAT(arguments, testing::Contains(testing::StartsWith(
                               std::string("--admin-url=http://") + broker + ".redpanda.")));
  }
}

// What the operator reads it by.
TEST(BrokerSetupTest, SaysWhatItFoundByReadinessAndTerminationMessage) {
  const Json container = broker_setup_container(parse_spec(Json::object()), test_facts());
  EXPECT_EQ(container.at("/readinessProbe/httpGet/path"_json_pointer), "/ready");
  EXPECT_EQ(container.at("terminationMessagePath"), "/dev/termination-log");
  EXPECT_EQ(container.at("terminationMessagePolicy"), "FallbackToLogsOnError");
  EXPECT_THAT(container.at("args").get<std::vector<std::string>>(),
              testing::Contains("--message-file=/dev/termination-log"));
}

TEST(BrokerSetupTest, IsADeploymentOfOneThatIsNeverThereTwice) {
  Spec spec = parse_spec(Json::object());
  const Json deployment = objects::redpanda_setup_deployment(spec, test_facts()).value();
  EXPECT_EQ(deployment.at("/spec/replicas"_json_pointer), 1);
  EXPECT_EQ(deployment.at("/spec/strategy/type"_json_pointer), "Recreate");
  spec.redpanda.mode = Mode::kExternal;
  EXPECT_FALSE(objects::redpanda_setup_deployment(spec, test_facts()));
}

TEST(BrokerSetupTest, TalksToTheBrokersAloneAndNobodyToIt) {
  const Json policy =
      objects::redpanda_setup_network_policy(parse_spec(Json::object()), test_facts()).value();
  EXPECT_FALSE(policy.at("spec").contains("ingress"));
  EXPECT_EQ(policy.at("/spec/policyTypes"_json_pointer), Json::array({"Ingress", "Egress"}));
  const Json& egress = policy.at("/spec/egress"_json_pointer);
  ASSERT_EQ(egress.size(), 1u);
  EXPECT_EQ(egress[0].at("/to/0/podSelector/matchLabels/app.kubernetes.io~1name"_json_pointer),
            "redpanda");
  std::vector<int> ports;
  for (const Json& port : egress[0].at("ports")) ports.push_back(port.at("port"));
  EXPECT_THAT(ports, testing::ElementsAre(9092, 9644));
}

}  // namespace
}  // namespace argus::adl
