#include "argusdatalayer/applied_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/plan/difference.h"

namespace argus::adl {
namespace {

class AppliedMemoryTest : public testing::Test {
 protected:
  AppliedMemory memory_;
  static Json map(const std::string& version, const std::string& value) {
    Json object = Json::object();
    object["kind"] = "ConfigMap";
    object["metadata"] = {{"name", "it"}, {"resourceVersion", version}};
    object["data"]["key"] = value;
    return object;
  }
  static Json wanted(const std::string& value) {
    Json object = map("", value);
    object["metadata"].erase("resourceVersion");
    return object;
  }
};

TEST_F(AppliedMemoryTest, AnObjectThatTheCacheHasNotSeenChangeIsSettled) {
  memory_.record("owner", wanted("new"), map("1", "old"), with_applied_hash(map("2", "new")));
  EXPECT_TRUE(memory_.settled("owner", wanted("new"), map("1", "old"), {"data.key"}));
  EXPECT_FALSE(memory_.settled("owner", wanted("newer"), map("1", "old"), {"data.key"}));
  EXPECT_FALSE(memory_.settled("owner", wanted("new"), map("3", "edited"), {"data.key"}));
  EXPECT_FALSE(memory_.settled("other", wanted("new"), map("1", "old"), {"data.key"}));
  memory_.forget("owner");
  EXPECT_FALSE(memory_.settled("owner", wanted("new"), map("1", "old"), {"data.key"}));
}

TEST_F(AppliedMemoryTest, WhatTheServerDoesNotKeepIsNotAppliedAgain) {
  Json answer = map("2", "the server's");
  answer["metadata"]["annotations"] = with_applied_hash(wanted("ours"))["metadata"]["annotations"];
  memory_.record("owner", wanted("ours"), map("1", "old"), answer);
  EXPECT_EQ(memory_.refused("owner").at("ConfigMap it"), std::vector<std::string>{"data.key"});
  answer["metadata"]["resourceVersion"] = "5";
  EXPECT_TRUE(memory_.settled("owner", wanted("ours"), answer, {"data.key"}));
  EXPECT_FALSE(memory_.settled("owner", wanted("ours"), answer, {"data.other"}));
}

}  // namespace
}  // namespace argus::adl
