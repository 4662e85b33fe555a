#include "kafka/admin.h"

#include <gtest/gtest.h>

namespace argus::worker::kafka {
namespace {

using Resource = AccessRule::Resource;
using Operation = AccessRule::Operation;

TEST(AccessRuleText, SaysWhatIsAllowed) {
  EXPECT_EQ(to_text({"u", Resource::kTopic, "argus.", true, Operation::kRead}),
            "read topics argus.*");
  EXPECT_EQ(to_text({"u", Resource::kGroup, "g", false, Operation::kDescribe}),
            "describe groups g");
  EXPECT_EQ(to_text({"u", Resource::kCluster, "", false, Operation::kIdempotentWrite}),
            "write idempotently");
}

}  // namespace
}  // namespace argus::worker::kafka
