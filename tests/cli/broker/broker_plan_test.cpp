#include "cli/broker/broker_plan.h"

#include <gmock/gmock.h>

#include "cli/broker/broker_command.h"

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using worker::kafka::AccessRule;
using worker::kafka::ClusterState;
using worker::kafka::TopicState;
using Resource = AccessRule::Resource;
using Operation = AccessRule::Operation;

// docs/events.md.
const std::map<std::string, int> kPartitions = {
    {"argus.codebase.ingested", 6}, {"argus.codebase.analyzed", 6},
    {"argus.test.created", 6},      {"argus.test.executed", 6},
    {"argus.test.failed", 6},       {"argus.healing.requested", 6},
    {"argus.healing.completed", 6}, {"argus.dlq", 3}};

std::map<std::string, TopicState> topics_with(int copies) {
  std::map<std::string, TopicState> topics;
  for (const auto& [name, partitions] : kPartitions) topics[name] = {partitions, copies};
  return topics;
}

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
  EXPECT_EQ(missing, kPartitions);
}

TEST(BrokerPlan, OnlyWhatIsMissingIsMade) {
  ClusterState cluster{3, topics_with(3)};
  EXPECT_THAT(missing_topics(cluster, 3), IsEmpty());
  cluster.topics.erase("argus.dlq");
  cluster.topics["argus.dlq.other"] = {1, 3};
  const auto missing = missing_topics(cluster, 3);
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].name, "argus.dlq");
  EXPECT_EQ(missing[0].partitions, 3);
  EXPECT_EQ(missing[0].replication_factor, 3);
}

TEST(BrokerPlan, ATopicWithFewPartitionsIsSaidAndLeftAlone) {
  ClusterState cluster{3, topics_with(3)};
  EXPECT_THAT(topic_remarks(cluster), IsEmpty());
  EXPECT_THAT(topic_remarks({3, {}}), IsEmpty()) << "a topic that is missing is made";
  cluster.topics["argus.codebase.ingested"].partitions = 12;
  EXPECT_THAT(topic_remarks(cluster), IsEmpty()) << "more are fine";
  cluster.topics["argus.codebase.ingested"].partitions = 1;
  EXPECT_THAT(missing_topics(cluster, 3), IsEmpty());
  EXPECT_THAT(topic_remarks(cluster),
              ElementsAre("Topic argus.codebase.ingested has 1 partitions instead of 6. It is left "
                          "as it is: more partitions would break the order of its messages."));
}

// One broker became three: what was made before keeps its one copy.
TEST(BrokerPlan, TopicsWithTooFewCopiesAreSaidWithTheWayToRaiseThem) {
  ClusterState cluster{3, topics_with(1)};
  EXPECT_EQ(copies_remark(cluster, 1), "");
  EXPECT_THAT(copies_remark(cluster, 3),
              AllOf(StartsWith("8 topics have 1 copy of 3: "),
                    HasSubstr("rpk topic alter-config argus.codebase.analyzed argus.codebase.ing"),
                    HasSubstr(" argus.dlq "), HasSubstr("--set replication.factor=3")));
  cluster.topics = topics_with(3);
  cluster.topics["_schemas"] = {1, 1};  // Redpanda's own
  cluster.topics["argus.empty"] = {0, 0};
  EXPECT_EQ(copies_remark(cluster, 3), "");
  cluster.topics["argus.dlq"].copies = 2;
  EXPECT_THAT(copies_remark(cluster, 3),
              AllOf(StartsWith("1 topic has 2 copies of 3: "), Not(HasSubstr("ingested"))));
}

TEST(BrokerPlan, ManyTopicsAreCountedAndNotAllNamed) {
  ClusterState cluster{3, {}};
  for (int i = 0; i < 500; ++i) cluster.topics["argus.team." + std::to_string(i)] = {1, 1};
  const std::string remark = copies_remark(cluster, 3);
  EXPECT_THAT(remark, AllOf(StartsWith("500 topics have 1 copy of 3"), HasSubstr(" ... --set")));
  EXPECT_LT(remark.size(), 600u);
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
