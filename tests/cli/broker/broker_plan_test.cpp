#include "cli/broker/broker_plan.h"

#include <gmock/gmock.h>

#include "cli/broker/broker_command.h"

namespace argus::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using worker::kafka::AccessRule;
using worker::kafka::ClusterState;
using Resource = AccessRule::Resource;
using Operation = AccessRule::Operation;

// docs/events.md.
const std::map<std::string, int> kTopics = {
    {"argus.codebase.ingested", 6}, {"argus.codebase.analyzed", 6},
    {"argus.test.created", 6},      {"argus.test.executed", 6},
    {"argus.test.failed", 6},       {"argus.healing.requested", 6},
    {"argus.healing.completed", 6}, {"argus.dlq", 3}};

std::vector<std::string> texts(const std::vector<AccessRule>& rules) {
  std::vector<std::string> result;
  for (const AccessRule& rule : rules) result.push_back(to_text(rule));
  return result;
}

TEST(BrokerPlan, ANewClusterLacksEveryTopic) {
  std::map<std::string, int> missing;
  for (const auto& topic : missing_topics({1, {}}, 1)) {
    missing[topic.name] = topic.partitions;
    EXPECT_EQ(topic.replication_factor, 1);
  }
  EXPECT_EQ(missing, kTopics);
}

TEST(BrokerPlan, OnlyWhatIsMissingIsMade) {
  ClusterState cluster{3, kTopics};
  EXPECT_THAT(missing_topics(cluster, 3), IsEmpty());
  cluster.topics.erase("argus.dlq");
  cluster.topics["argus.dlq.other"] = 1;
  const auto missing = missing_topics(cluster, 3);
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].name, "argus.dlq");
  EXPECT_EQ(missing[0].partitions, 3);
  EXPECT_EQ(missing[0].replication_factor, 3);
}

TEST(BrokerPlan, ATopicWithFewPartitionsIsSaidAndLeftAlone) {
  ClusterState cluster{3, kTopics};
  EXPECT_THAT(topic_remarks(cluster), IsEmpty());
  EXPECT_THAT(topic_remarks({3, {}}), IsEmpty()) << "a topic that is missing is made";
  cluster.topics["argus.codebase.ingested"] = 12;
  EXPECT_THAT(topic_remarks(cluster), IsEmpty()) << "more are fine";
  cluster.topics["argus.codebase.ingested"] = 1;
  EXPECT_THAT(missing_topics(cluster, 3), IsEmpty());
  EXPECT_THAT(topic_remarks(cluster),
              ElementsAre("Topic argus.codebase.ingested has 1 partitions instead of 6. It is left "
                          "as it is: more partitions would break the order of its messages."));
}

TEST(BrokerPlan, ThreeCopiesFromThreeBrokersOn) {
  EXPECT_EQ(replication_factor_for(1), 1);
  EXPECT_EQ(replication_factor_for(2), 1);
  EXPECT_EQ(replication_factor_for(3), 3);
  EXPECT_EQ(replication_factor_for(5), 3);
}

TEST(BrokerPlan, TheServiceUserMayUseTheTopicsAndItsGroups) {
  const auto rules = missing_rules("argus-service", {"team-workers", "argus-cognee-workers"}, {});
  EXPECT_THAT(texts(rules), ElementsAre("read topics argus.*", "write topics argus.*",
                                        "describe topics argus.*", "read groups argus*",
                                        "describe groups argus*", "read groups team-workers",
                                        "describe groups team-workers", "write idempotently"));
  for (const AccessRule& rule : rules) EXPECT_EQ(rule.user, "argus-service");
}

TEST(BrokerPlan, RulesThatAreThereAreNotMadeAgain) {
  const auto all = missing_rules("u", {"g"}, {});
  std::set<AccessRule> present(all.begin(), all.end());
  EXPECT_THAT(missing_rules("u", {"g"}, present), IsEmpty());
  const AccessRule read{"u", Resource::kTopic, "argus.", true, Operation::kRead};
  ASSERT_EQ(present.erase(read), 1u);
  // What comes near is not the same: a topic of that very name, and another user's rule.
  present.insert({"u", Resource::kTopic, "argus.", false, Operation::kRead});
  present.insert({"v", Resource::kTopic, "argus.", true, Operation::kRead});
  EXPECT_THAT(missing_rules("u", {"g"}, present), ElementsAre(read));
}

TEST(BrokerDelay, DoublesFromASecondToThePeriod) {
  using std::chrono::seconds;
  const seconds period(30);
  const auto delays = [&](seconds longest) {
    std::vector<std::int64_t> result;
    for (int failures = 0; failures <= 7; ++failures) {
      result.push_back(delay_after(failures, longest).count());
    }
    return result;
  };
  EXPECT_THAT(delays(period), ElementsAre(30, 1, 2, 4, 8, 16, 30, 30));
  EXPECT_THAT(delays(seconds(1)), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1));
  EXPECT_EQ(delay_after(std::numeric_limits<int>::max(), period), period);
}

}  // namespace
}  // namespace argus::cli
