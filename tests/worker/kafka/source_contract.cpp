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
  topic_->append("one", {{"a", "1"}, {"a", "2"}, {"null", std::nullopt}, {"empty", ""}});
  topic_->append("two", {});
  Source& source = topic_->join(listener_);
  const auto first = next(source);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->value, "one");
  EXPECT_EQ(first->offset, 0);
  EXPECT_EQ(first->place, topic_->place());
  EXPECT_THAT(first->headers, ElementsAre(Pair("a", testing::Optional(std::string("1"))),
                                          Pair("a", testing::Optional(std::string("2"))),
                                          Pair("null", std::nullopt),
                                          Pair("empty", testing::Optional(std::string()))));
  EXPECT_THAT(listener_.owned, ElementsAre(topic_->place()));
  const auto second = next(source);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->value, "two");
  EXPECT_EQ(second->offset, 1);
  EXPECT_TRUE(second->headers.empty());
}

TEST_P(SourceContract, DeliversNothingWhilePaused) {
  for (const char* value : {"one", "two", "three"}) topic_->append(value, {});
  Source& source = topic_->join(listener_);
  EXPECT_EQ(next_value(source), "one");
  const TopicPartition places[] = {topic_->place()};
  source.pause(places);
  EXPECT_TRUE(silent(source));
  EXPECT_TRUE(listener_.losses.empty());
  source.resume(places);
  EXPECT_EQ(next_value(source), "two");
  EXPECT_EQ(next_value(source), "three");
}

TEST_P(SourceContract, ReadsAgainAfterARewind) {
  for (const char* value : {"one", "two", "three"}) topic_->append(value, {});
  Source& source = topic_->join(listener_);
  for (const char* value : {"one", "two", "three"}) EXPECT_EQ(next_value(source), value);
  source.rewind({{topic_->place(), 1}});
  EXPECT_EQ(next_value(source), "two");
  EXPECT_EQ(next_value(source), "three");
  EXPECT_TRUE(silent(source));
}

// The pipeline does so when a store comes back.
TEST_P(SourceContract, ReadsAgainAfterARewindOfAPausedPartition) {
  for (const char* value : {"one", "two"}) topic_->append(value, {});
  Source& source = topic_->join(listener_);
  EXPECT_EQ(next_value(source), "one");
  const TopicPartition places[] = {topic_->place()};
  source.pause(places);
  source.rewind({{topic_->place(), 0}});
  EXPECT_TRUE(silent(source));
  source.resume(places);
  EXPECT_EQ(next_value(source), "one");
  EXPECT_EQ(next_value(source), "two");
}

TEST_P(SourceContract, KnowsTheEndOfAPartition) {
  for (const char* value : {"one", "two"}) topic_->append(value, {});
  Source& source = topic_->join(listener_);
  EXPECT_EQ(next_value(source), "one");
  EXPECT_EQ(source.end_offset(topic_->place()), 2);
}

TEST_P(SourceContract, RevokesWhatItHasWhenItIsClosed) {
  topic_->append("one", {});
  Source& source = topic_->join(listener_);
  EXPECT_EQ(next_value(source), "one");
  source.commit({{topic_->place(), 1}});
  source.close();
  EXPECT_THAT(listener_.revocations, ElementsAre(topic_->place()));
  EXPECT_TRUE(listener_.owned.empty());
  EXPECT_EQ(source.problem(), std::nullopt);
}

}  // namespace
}  // namespace argus::worker::kafka
