#include "runtime/event_correlator.h"

#include <gtest/gtest.h>

#include "fakes/fake_clock.h"

namespace argus::runtime {
namespace {

using namespace std::chrono_literals;

EventNote note(const std::string& message, const std::string& name = "a",
               const std::string& reason = "Applied") {
  EventNote note;
  note.about = {{"kind", "Widget"}, {"namespace", "ns"}, {"name", name}, {"uid", "uid-" + name}};
  note.reason = reason;
  note.message = message;
  return note;
}

class EventCorrelatorTest : public testing::Test {
 protected:
  base::FakeClock clock_;
  EventCorrelator correlator_{clock_};

  // Correlates, and writes what comes out under a name made of its key.
  std::optional<EventWrite> write(const EventNote& one, const std::string& name = "event-1") {
    std::optional<EventWrite> result = correlator_.correlate(one);
    if (result) correlator_.written(*result, result->name.empty() ? name : result->name);
    return result;
  }
};

TEST_F(EventCorrelatorTest, SameEventAgainRaisesItsCount) {
  const auto first = write(note("created"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->name, "");
  EXPECT_EQ(first->count, 1);
  clock_.advance(1min);
  const auto second = write(note("created"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->name, "event-1");
  EXPECT_EQ(second->count, 2);
  EXPECT_EQ(second->first_seen, first->first_seen);
  EXPECT_EQ(second->last_seen - first->last_seen, 1min);
}

TEST_F(EventCorrelatorTest, OtherMessageReasonTypeOrObjectIsAnotherEvent) {
  ASSERT_TRUE(write(note("created")));
  EXPECT_EQ(write(note("changed"))->count, 1);
  EXPECT_EQ(write(note("created", "b"))->count, 1);
  EXPECT_EQ(write(note("created", "a", "Pruned"))->count, 1);
  EventNote warning = note("created");
  warning.type = kube::EventType::kWarning;
  EXPECT_EQ(write(warning)->count, 1);
}

TEST_F(EventCorrelatorTest, ManySimilarOnesAreCombined) {
  for (int i = 1; i <= 9; ++i) {
    const auto single = write(note("part " + std::to_string(i)), "single-" + std::to_string(i));
    ASSERT_TRUE(single);
    EXPECT_EQ(single->note.message, "part " + std::to_string(i));
  }
  const auto tenth = write(note("part 10"), "combined");
  ASSERT_TRUE(tenth);
  EXPECT_EQ(tenth->note.message, "(combined from similar events): part 10");
  EXPECT_EQ(tenth->count, 1);
  const auto eleventh = write(note("part 11"));
  ASSERT_TRUE(eleventh);
  EXPECT_EQ(eleventh->name, "combined");
  EXPECT_EQ(eleventh->count, 2);
  EXPECT_EQ(eleventh->note.message, "(combined from similar events): part 11");
}

TEST_F(EventCorrelatorTest, CombiningEndsTenMinutesAfterTheLast) {
  for (int i = 1; i <= 12; ++i) (void)write(note("part " + std::to_string(i)));
  clock_.advance(601s);
  EXPECT_EQ(write(note("part 13"))->note.message, "part 13");
}

TEST_F(EventCorrelatorTest, TwentyFiveOfOneObjectThenOneEveryFiveMinutes) {
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(write(note("again"))) << i;
  EXPECT_FALSE(write(note("again")));
  EXPECT_FALSE(write(note("something else", "a", "Other"))) << "the limit is the object's";
  EXPECT_TRUE(write(note("again", "b"))) << "another object has its own";
  clock_.advance(299s);
  EXPECT_FALSE(write(note("again")));
  clock_.advance(2s);
  const auto admitted = write(note("again"));
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->count, 28) << "what was dropped is counted";
  EXPECT_FALSE(write(note("again")));
  clock_.advance(24h);
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(write(note("again"))) << i;
  EXPECT_FALSE(write(note("again")));
}

TEST_F(EventCorrelatorTest, MemoryIsBounded) {
  EventCorrelator small(clock_, 50);
  const auto count = [&](const std::string& name) {
    const std::optional<EventWrite> result = small.correlate(note("created", name));
    return result ? result->count : 0;
  };
  ASSERT_EQ(count("first"), 1);
  for (int i = 0; i < 49; ++i) (void)count("other-" + std::to_string(i));
  EXPECT_EQ(count("first"), 2) << "49 others leave room for it";
  for (int i = 0; i < 50; ++i) (void)count("more-" + std::to_string(i));
  EXPECT_EQ(count("first"), 1) << "the oldest was forgotten";
  EXPECT_EQ(count("more-40"), 2);
}

}  // namespace
}  // namespace argus::runtime
