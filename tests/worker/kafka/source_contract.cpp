#include "source_contract.h"

#include <gmock/gmock.h>

namespace argus::worker::kafka {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;
using namespace std::chrono_literals;

namespace {

std::string next_value(Source& source) {
  const auto record = next(source);
  return record ? record->value : "(none)";
}

// What the time of some polls did not bring.
bool silent(Source& source) {
  for (int i = 0; i < 5; ++i) {
    if (source.poll(100ms)) return false;
  }
  return true;
}

TEST_P(SourceContract, DeliversEverythingInOrder) {
  RecordingListener listener;  // outlives the source
  const auto topic = GetParam().make();
  if (!topic) GTEST_SKIP() << "set ARGUS_TEST_KAFKA to test against a broker";
  topic->append("one", {{"a", "1"}, {"a", "2"}, {"null", std::nullopt}, {"empty", ""}});
  topic->append("two", {});
  Source& source = topic->join(listener);
  const auto first = next(source);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->value, "one");
  EXPECT_EQ(first->offset, 0);
  EXPECT_EQ(first->place, topic->place());
  EXPECT_THAT(first->headers, ElementsAre(Pair("a", testing::Optional(std::string("1"))),
                                          Pair("a", testing::Optional(std::string("2"))),
                                          Pair("null", std::nullopt),
                                          Pair("empty", testing::Optional(std::string()))));
  EXPECT_THAT(listener.owned, ElementsAre(topic->place()));
  const auto second = next(source);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->value, "two");
  EXPECT_EQ(second->offset, 1);
  EXPECT_TRUE(second->headers.empty());
}

TEST_P(SourceContract, DeliversNothingWhilePaused) {
  RecordingListener listener;  // outlives the source
  const auto topic = GetParam().make();
  if (!topic) GTEST_SKIP() << "set ARGUS_TEST_KAFKA to test against a broker";
  for (const char* value : {"one", "two", "three"}) topic->append(value, {});
  Source& source = topic->join(listener);
  EXPECT_EQ(next_value(source), "one");
  const TopicPartition places[] = {topic->place()};
  source.pause(places);
  EXPECT_TRUE(silent(source));
  EXPECT_TRUE(listener.losses.empty());
  source.resume(places);
  EXPECT_EQ(next_value(source), "two");
  EXPECT_EQ(next_value(source), "three");
}

TEST_P(SourceContract, ReadsAgainAfterARewind) {
  RecordingListener listener;  // outlives the source
  const auto topic = GetParam().make();
  if (!topic) GTEST_SKIP() << "set ARGUS_TEST_KAFKA to test against a broker";
  for (const char* value : {"one", "two", "three"}) topic->append(value, {});
  Source& source = topic->join(listener);
  for (const char* value : {"one", "two", "three"}) EXPECT_EQ(next_value(source), value);
  source.rewind({{topic->place(), 1}});
  EXPECT_EQ(next_value(source), "two");
  EXPECT_EQ(next_value(source), "three");
  EXPECT_TRUE(silent(source));
}

// The pipeline does so when a store comes back.
TEST_P(SourceContract, ReadsAgainAfterARewindOfAPausedPartition) {
  RecordingListener listener;  // outlives the source
  const auto topic = GetParam().make();
  if (!topic) GTEST_SKIP() << "set ARGUS_TEST_KAFKA to test against a broker";
  for (const char* value : {"one", "two"}) topic->append(value, {});
  Source& source = topic->join(listener);
  EXPECT_EQ(next_value(source), "one");
  const TopicPartition places[] = {topic->place()};
  source.pause(places);
  source.rewind({{topic->place(), 0}});
  EXPECT_TRUE(silent(source));
  source.resume(places);
  EXPECT_EQ(next_value(source), "one");
  EXPECT_EQ(next_value(source), "two");
}

TEST_P(SourceContract, KnowsTheEndOfAPartition) {
  RecordingListener listener;  // outlives the source
  const auto topic = GetParam().make();
  if (!topic) GTEST_SKIP() << "set ARGUS_TEST_KAFKA to test against a broker";
  for (const char* value : {"one", "two"}) topic->append(value, {});
  Source& source = topic->join(listener);
  EXPECT_EQ(next_value(source), "one");
  EXPECT_EQ(source.end_offset(topic->place()), 2);
}

TEST_P(SourceContract, RevokesWhatItHasWhenItIsClosed) {
  RecordingListener listener;  // outlives the source
  const auto topic = GetParam().make();
  if (!topic) GTEST_SKIP() << "set ARGUS_TEST_KAFKA to test against a broker";
  topic->append("one", {});
  Source& source = topic->join(listener);
  EXPECT_EQ(next_value(source), "one");
  source.commit({{topic->place(), 1}});
  source.close();
  EXPECT_THAT(listener.revocations, ElementsAre(topic->place()));
  EXPECT_TRUE(listener.owned.empty());
  EXPECT_EQ(source.problem(), std::nullopt);
}

}  // namespace
}  // namespace argus::worker::kafka
