#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/mutex.h"
#include "fakes/fake_clock.h"

namespace argus::base {
namespace {

using namespace std::chrono_literals;

Clock::Wall at(std::int64_t seconds, std::int64_t micros = 0) {
  return Clock::Wall(std::chrono::seconds(seconds) + std::chrono::microseconds(micros));
}

TEST(Rfc3339, WritesSecondsAsMetav1Time) {
  EXPECT_EQ(to_rfc3339(at(1'795'428'930, 999'999)), "2026-11-23T10:15:30Z");
  EXPECT_EQ(to_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(at(-1)), "1969-12-31T23:59:59Z");
}

TEST(Rfc3339, WritesMicrosecondsAsMetav1MicroTime) {
  EXPECT_EQ(to_rfc3339_micro(at(1'795'428'930, 123'456)), "2026-11-23T10:15:30.123456Z");
  EXPECT_EQ(to_rfc3339_micro(at(1'795'428'930, 7)), "2026-11-23T10:15:30.000007Z");
}

TEST(Rfc3339, ReadsWhatItWrites) {
  EXPECT_EQ(from_rfc3339("2026-11-23T10:15:30Z"), at(1'795'428'930));
  EXPECT_EQ(from_rfc3339("2026-11-23T10:15:30.123456Z"), at(1'795'428'930, 123'456));
}

TEST(Rfc3339, ReadsOtherPrecisionsAndOffsets) {
  EXPECT_EQ(from_rfc3339("2026-11-23T10:15:30.5Z"), at(1'795'428'930, 500'000));
  EXPECT_EQ(from_rfc3339("2026-11-23T10:15:30.123456789Z"), at(1'795'428'930, 123'456));
  EXPECT_EQ(from_rfc3339("2026-11-23T12:15:30+02:00"), at(1'795'428'930));
  EXPECT_EQ(from_rfc3339("2026-11-23T08:45:30-01:30"), at(1'795'428'930));
  EXPECT_EQ(from_rfc3339("2016-12-31T23:59:60Z"), from_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-11-23", "2026-11-23T10:15:30", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z", "2026-11-23T10:15:30.Z",
        "2026-11-23T10:15:30Zx", "2026-11-23T10:15:30+2:00", "26-11-23T10:15:30Z",
        "x026-11-23T10:15:30Z"}) {
    EXPECT_EQ(from_rfc3339(text), std::nullopt) << text;
  }
}

TEST(SystemClock, WaitEndsAtTheDeadlineAtStopAndWhenReady) {
  Clock& clock = system_clock();
  Mutex mutex;
  ConditionVariable condition;
  MutexLock lock(mutex);
  EXPECT_FALSE(
      clock.wait_until(condition, lock, {}, clock.monotonic() + 1ms, [] { return false; }));
  EXPECT_TRUE(clock.wait_until(condition, lock, {}, clock.monotonic() + 1h, [] { return true; }));
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(clock.wait_until(condition, lock, stopped.get_token(), clock.monotonic() + 1h,
                                [] { return false; }));
}

TEST(SystemClock, SleepIsEndedByStop) {
  std::stop_source stop;
  bool slept_to_the_end = true;
  std::thread sleeper([&] { slept_to_the_end = system_clock().sleep_for(1h, stop.get_token()); });
  stop.request_stop();
  sleeper.join();
  EXPECT_FALSE(slept_to_the_end);
  EXPECT_TRUE(system_clock().sleep_for(1ms, {}));
}

TEST(FakeClock, AdvanceWakesASleeper) {
  FakeClock clock;
  const Clock::Wall before = clock.wall();
  bool slept_to_the_end = false;
  std::thread sleeper([&] { slept_to_the_end = clock.sleep_for(5min, {}); });
  ASSERT_TRUE(clock.await_waiters(1));
  clock.advance(5min);
  sleeper.join();
  EXPECT_TRUE(slept_to_the_end);
  EXPECT_EQ(clock.wall() - before, 5min);
  EXPECT_EQ(clock.waiters(), 0);
}

TEST(FakeClock, WaitEndsWhenNotified) {
  FakeClock clock;
  Mutex mutex;
  ConditionVariable condition;
  bool ready = false;
  bool result = false;
  std::thread waiter([&] {
    MutexLock lock(mutex);
    result = clock.wait_until(condition, lock, {}, clock.monotonic() + 1s, [&] { return ready; });
  });
  ASSERT_TRUE(clock.await_waiters(1));
  {
    const MutexLock lock(mutex);
    ready = true;
  }
  condition.notify_all();
  waiter.join();
  EXPECT_TRUE(result);
}

}  // namespace
}  // namespace argus::base
