#include "pipeline/partitions.h"

#include <gmock/gmock.h>

namespace argus::worker {
namespace {

const kafka::TopicPartition kFirst{"t", 0};
const kafka::TopicPartition kSecond{"t", 1};

kafka::Record record(const kafka::TopicPartition& place, std::int64_t offset, std::size_t bytes) {
  kafka::Record record;
  record.place = place;
  record.offset = offset;
  record.value.assign(bytes, 'x');
  return record;
}

TEST(Partitions, PausesAPartitionBeyondItsShareAndResumesItAtHalf) {
  Partitions partitions(200);
  const std::vector<kafka::TopicPartition> both{kFirst, kSecond};
  partitions.assign(both);
  const auto generation = partitions.begin(record(kFirst, 0, 60)).value();
  EXPECT_TRUE(partitions.flow(false).pause.empty());
  partitions.begin(record(kFirst, 1, 60));
  EXPECT_THAT(partitions.flow(false).pause, testing::ElementsAre(kFirst));
  EXPECT_TRUE(partitions.flow(false).pause.empty());
  partitions.dealt(record(kFirst, 0, 60), generation);
  EXPECT_TRUE(partitions.flow(false).resume.empty());
  partitions.dealt(record(kFirst, 1, 60), generation);
  EXPECT_THAT(partitions.flow(false).resume, testing::ElementsAre(kFirst));
}

TEST(Partitions, PausesEverythingDuringAnOutage) {
  Partitions partitions(200);
  const std::vector<kafka::TopicPartition> both{kFirst, kSecond};
  partitions.assign(both);
  EXPECT_EQ(partitions.flow(true).pause, both);
  EXPECT_TRUE(partitions.flow(true).resume.empty());
  EXPECT_EQ(partitions.flow(false).resume, both);
}

TEST(Partitions, IgnoresWorkFromBeforeARewind) {
  Partitions partitions(200);
  partitions.assign(std::vector{kFirst});
  const auto stale = partitions.begin(record(kFirst, 7, 10)).value();
  EXPECT_EQ(partitions.rewind().at(kFirst), 7);
  EXPECT_FALSE(partitions.current(kFirst, stale));
  const auto fresh = partitions.begin(record(kFirst, 7, 10)).value();
  partitions.finish(kFirst, 7, stale);
  EXPECT_TRUE(partitions.committable().empty());
  partitions.finish(kFirst, 7, fresh);
  EXPECT_EQ(partitions.committable().at(kFirst), 8);
}

TEST(Partitions, TakesNothingOfAPartitionThatIsNotOurs) {
  Partitions partitions(200);
  EXPECT_FALSE(partitions.begin(record(kFirst, 0, 1)).has_value());
}

}  // namespace
}  // namespace argus::worker
