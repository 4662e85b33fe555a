#include "pipeline/offset_tracker.h"

#include <gtest/gtest.h>

namespace argus::worker {
namespace {

TEST(OffsetTracker, CommitsOnlyTheContiguousPrefix) {
  OffsetTracker tracker;
  for (const int offset : {5, 6, 9}) tracker.begin(offset);
  EXPECT_FALSE(tracker.committable().has_value());
  tracker.finish(6);
  EXPECT_FALSE(tracker.committable().has_value());
  tracker.finish(5);
  EXPECT_EQ(tracker.committable(), 7);
  tracker.committed(7);
  EXPECT_FALSE(tracker.committable().has_value());
  tracker.finish(9);
  EXPECT_EQ(tracker.committable(), 10);
}

TEST(OffsetTracker, ReadsOnAtTheFirstUnfinishedAfterARewind) {
  OffsetTracker tracker;
  EXPECT_FALSE(tracker.restart().has_value());
  for (const int offset : {0, 1, 2}) tracker.begin(offset);
  tracker.finish(0);
  tracker.finish(2);
  EXPECT_EQ(tracker.restart(), 1);
  tracker.rewind();
  EXPECT_EQ(tracker.unfinished(), 0u);
  EXPECT_TRUE(tracker.begin(1));
  EXPECT_FALSE(tracker.begin(2)) << "was finished before";
  EXPECT_EQ(tracker.committable(), 1);
  tracker.finish(1);
  EXPECT_EQ(tracker.committable(), 3);
}

TEST(OffsetTracker, WaitsForWhatIsStillToBeReadAgain) {
  OffsetTracker tracker;
  for (const int offset : {1, 2, 3, 4}) tracker.begin(offset);
  tracker.finish(2);
  tracker.finish(4);
  tracker.rewind();
  EXPECT_TRUE(tracker.begin(1));
  tracker.finish(1);
  EXPECT_EQ(tracker.committable(), 3);
  EXPECT_TRUE(tracker.begin(3));
  tracker.finish(3);
  EXPECT_EQ(tracker.committable(), 5);
}

TEST(OffsetTracker, DoesNotWaitForWhatTheLogNoLongerHas) {
  OffsetTracker tracker;
  for (const int offset : {1, 2, 3}) tracker.begin(offset);
  tracker.rewind();
  EXPECT_TRUE(tracker.begin(3));
  tracker.finish(3);
  EXPECT_EQ(tracker.committable(), 4);
}

TEST(OffsetTracker, IgnoresWhatItDoesNotKnow) {
  OffsetTracker tracker;
  tracker.finish(3);
  EXPECT_FALSE(tracker.committable().has_value());
}

}  // namespace
}  // namespace argus::worker
