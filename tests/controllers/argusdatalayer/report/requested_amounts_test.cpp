#include "argusdatalayer/report/requested_amounts.h"

#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {
namespace {

TEST(RequestedAmountsTest, BrokerSetupIsCountedOnce) {
  Spec spec = parse_spec(Json::object());
  const auto cpu = [&] { return requested_amounts(spec, false).front().requested; };
  spec.redpanda.replicas = 1;
  const Quantity one = cpu();
  spec.redpanda.replicas = 3;
  EXPECT_EQ(cpu(), one + spec.redpanda.resources.cpu_request * 2);
  const Quantity before = one;
  spec.redpanda.replicas = 1;
  spec.guardrails.limit_range.min.cpu = *Quantity::parse("80m");
  EXPECT_EQ(cpu(), before + *Quantity::parse("30m"));
}

}  // namespace
}  // namespace argus::adl
