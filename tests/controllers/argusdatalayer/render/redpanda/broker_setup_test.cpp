#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/redpanda/broker_setup.h"
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
  const Json container = broker_setup_container(spec, {});
  EXPECT_FALSE(container.contains("env"));
  const auto arguments = container.at("args").get<std::vector<std::string>>();
  EXPECT_THAT(arguments, testing::Contains("--users-file=/run/secrets/argus/users.txt"));
  EXPECT_THAT(arguments, testing::Contains("--group=team-workers"));
  EXPECT_THAT(arguments, testing::Contains("--replication-factor=3"));
}

}  // namespace
}  // namespace argus::adl
