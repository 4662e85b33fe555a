#include "node_policies/label_selector.h"

#include <gtest/gtest.h>

namespace argus::node {
namespace {

using kube::Json;

const Labels kLabels{{"app", "redpanda"}, {"tier", "data"}, {"empty", ""}};

Json expression(const char* key, const char* operation, const Json& values = nullptr) {
  Json requirement = {{"key", key}, {"operator", operation}};
  if (!values.is_null()) requirement["values"] = values;
  Json selector = Json::object();
  selector["matchExpressions"] = Json::array({requirement});
  return selector;
}

Json labels(const Json& wanted) {
  Json selector = Json::object();
  selector["matchLabels"] = wanted;
  return selector;
}

TEST(LabelSelectorTest, AnEmptyOneMatchesEverything) {
  EXPECT_TRUE(selects(Json::object(), kLabels));
  EXPECT_TRUE(selects(Json::object(), {}));
}

TEST(LabelSelectorTest, EveryLabelMustMatch) {
  EXPECT_TRUE(selects(labels({{"app", "redpanda"}, {"tier", "data"}}), kLabels));
  EXPECT_FALSE(selects(labels({{"app", "redpanda"}, {"tier", "web"}}), kLabels));
  EXPECT_FALSE(selects(labels({{"missing", ""}}), kLabels))
      << "an absent label is not an empty one";
  EXPECT_TRUE(selects(labels({{"empty", ""}}), kLabels));
}

TEST(LabelSelectorTest, Operators) {
  EXPECT_TRUE(selects(expression("app", "In", Json::array({"x", "redpanda"})), kLabels));
  EXPECT_FALSE(selects(expression("app", "In", Json::array({"x"})), kLabels));
  EXPECT_FALSE(selects(expression("missing", "In", Json::array({"x"})), kLabels));
  EXPECT_FALSE(selects(expression("app", "NotIn", Json::array({"x", "redpanda"})), kLabels));
  EXPECT_TRUE(selects(expression("app", "NotIn", Json::array({"x"})), kLabels));
  EXPECT_TRUE(selects(expression("missing", "NotIn", Json::array({"x"})), kLabels));
  EXPECT_TRUE(selects(expression("app", "Exists"), kLabels));
  EXPECT_FALSE(selects(expression("missing", "Exists"), kLabels));
  EXPECT_FALSE(selects(expression("app", "DoesNotExist"), kLabels));
  EXPECT_TRUE(selects(expression("missing", "DoesNotExist"), kLabels));
  EXPECT_FALSE(selects(expression("app", "Resembles"), kLabels));
}

TEST(LabelSelectorTest, LabelsAndExpressionsMustAllHold) {
  Json selector = expression("tier", "In", Json::array({"data"}));
  selector["matchLabels"] = {{"app", "redpanda"}};
  EXPECT_TRUE(selects(selector, kLabels));
  selector["matchLabels"]["app"] = "falkordb";
  EXPECT_FALSE(selects(selector, kLabels));
}

}  // namespace
}  // namespace argus::node
