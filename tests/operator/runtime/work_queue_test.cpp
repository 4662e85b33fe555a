#include "runtime/work_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "fakes/eventually.h"
#include "fakes/fake_clock.h"

namespace argus::runtime {
namespace {

using base::FakeClock;
using fakes::eventually;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const Request kA{{"ns", "a"}};
const Request kB{{"ns", "b"}};

class WorkQueueTest : public testing::Test {
 protected:
  FakeClock clock_;
  base::Metrics metrics_;
  WorkQueue queue_{"widget", clock_, metrics_};
  std::stop_source stop_;

  std::optional<Request> get() { return queue_.get(stop_.get_token()); }
  // Takes a key on another thread, so that the fake clock can be moved meanwhile.
  std::jthread take_into(std::atomic<bool>& taken) {
    return std::jthread([this, &taken] { taken = get().has_value(); });
  }
};

TEST_F(WorkQueueTest, HandsOutInOrderAndOnce) {
  queue_.add(kA);
  queue_.add(kB);
  queue_.add(kA);
  EXPECT_EQ(queue_.depth(), 2U);
  EXPECT_EQ(get(), kA);
  EXPECT_EQ(get(), kB);
  EXPECT_EQ(queue_.depth(), 0U);
}

TEST_F(WorkQueueTest, KeyAddedWhileRunningComesAgainOnlyAfterDone) {
  queue_.add(kA);
  ASSERT_EQ(get(), kA);
  queue_.add(kA);
  queue_.add(kA);
  EXPECT_EQ(queue_.depth(), 0U);
  queue_.done(kA);
  EXPECT_EQ(queue_.depth(), 1U);
  EXPECT_EQ(get(), kA);
  queue_.done(kA);
  EXPECT_EQ(queue_.depth(), 0U);
}

TEST_F(WorkQueueTest, StopEndsGet) {
  std::atomic<bool> ended = false;
  std::jthread waiter([&] {
    EXPECT_EQ(get(), std::nullopt);
    ended = true;
  });
  ASSERT_TRUE(clock_.await_waiters(1));
  EXPECT_FALSE(ended);
  stop_.request_stop();
  EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

TEST_F(WorkQueueTest, DelayedKeyComesWhenItIsDue) {
  std::atomic<bool> taken = false;
  queue_.add_after(kA, 10s);
  const std::jthread waiter = take_into(taken);
  ASSERT_TRUE(clock_.await_waiters(1));
  clock_.advance(9s);
  EXPECT_EQ(queue_.depth(), 0U);
  EXPECT_FALSE(taken);
  clock_.advance(1s);
  EXPECT_TRUE(eventually([&] { return taken.load(); }));
}

TEST_F(WorkQueueTest, EarliestOfTwoDelaysCounts) {
  queue_.add_after(kA, 60s);
  queue_.add_after(kA, 5s);
  queue_.add_after(kA, 30s);
  clock_.advance(5s);
  EXPECT_EQ(get(), kA);
  queue_.done(kA);
  // Nothing is left of the others.
  clock_.advance(10min);
  queue_.add(kB);
  EXPECT_EQ(get(), kB);
  EXPECT_EQ(queue_.depth(), 0U);
}

TEST_F(WorkQueueTest, DelayOfZeroIsNow) {
  queue_.add_after(kA, 0s);
  EXPECT_EQ(get(), kA);
}

TEST_F(WorkQueueTest, PendingDelayIsDroppedWhenTheKeyIsHandedOut) {
  queue_.add_after(kA, 60s);
  queue_.add(kA);
  ASSERT_EQ(get(), kA);
  queue_.done(kA);
  clock_.advance(10min);
  queue_.add(kB);
  EXPECT_EQ(get(), kB);
  EXPECT_EQ(queue_.depth(), 0U);
}

TEST_F(WorkQueueTest, BackOffDoublesFromFiveMillisecondsToFiveMinutes) {
  std::chrono::milliseconds expected = 5ms;
  for (int failure = 1; failure <= 20; ++failure) {
    queue_.add_rate_limited(kA);
    EXPECT_EQ(queue_.failures(kA), failure);
    clock_.advance(expected - 1ms);
    queue_.add(kB);  // so that get() returns without waiting
    ASSERT_EQ(get(), kB) << "failure " << failure;
    queue_.done(kB);
    EXPECT_EQ(queue_.depth(), 0U);
    clock_.advance(1ms);
    ASSERT_EQ(get(), kA) << "failure " << failure;
    queue_.done(kA);
    expected = std::min<std::chrono::milliseconds>(expected * 2, 5min);
  }
  EXPECT_EQ(expected, 5min);
}

TEST_F(WorkQueueTest, BackOffIsPerKeyAndEndsWithForget) {
  for (int i = 0; i < 10; ++i) queue_.add_rate_limited(kA);
  queue_.forget(kA);
  EXPECT_EQ(queue_.failures(kA), 0);
  queue_.add_rate_limited(kB);
  clock_.advance(5ms);
  EXPECT_EQ(get(), kA);  // the earliest of its delays was 5 ms
  EXPECT_EQ(get(), kB);
}

TEST_F(WorkQueueTest, FailedKeyThatIsDueWhileRunningWaitsForDone) {
  queue_.add(kA);
  ASSERT_EQ(get(), kA);
  queue_.add_rate_limited(kA);
  clock_.advance(1s);
  queue_.add(kB);
  EXPECT_EQ(get(), kB);
  EXPECT_EQ(queue_.depth(), 0U);
  queue_.done(kA);
  EXPECT_EQ(get(), kA);
}

// Two workers wait; one is told of the delay and then takes a key. The other must take over the
// delay.
TEST_F(WorkQueueTest, DelayIsNotLostWhenItsWaiterGetsAnotherKey) {
  std::mutex mutex;
  std::map<Request, int> seen;
  std::vector<std::jthread> workers;
  for (int i = 0; i < 2; ++i) {
    workers.emplace_back([&] {
      const std::optional<Request> request = get();
      if (!request) return;
      const std::lock_guard lock(mutex);
      ++seen[*request];
    });
  }
  ASSERT_TRUE(clock_.await_waiters(2));
  queue_.add_after(kA, 10s);
  queue_.add(kB);
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return seen[kB] == 1;
  }));
  clock_.advance(10s);
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return seen[kA] == 1;
  }));
  stop_.request_stop();
}

TEST_F(WorkQueueTest, NeverOneKeyTwiceAtOnceUnderContention) {
  constexpr int kKeys = 8;
  constexpr int kAdds = 4'000;
  std::array<std::atomic<int>, kKeys> inside{};
  std::array<std::atomic<int>, kKeys> handled{};
  std::atomic<bool> twice = false;
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      while (const std::optional<Request> request = get()) {
        const auto key = static_cast<std::size_t>(std::stoi(request->key.name));
        if (++inside[key] > 1) twice = true;
        std::this_thread::yield();
        ++handled[key];
        --inside[key];
        queue_.done(*request);
      }
    });
  }
  std::vector<std::jthread> adders;
  for (int i = 0; i < 2; ++i) {
    adders.emplace_back([&] {
      for (int n = 0; n < kAdds; ++n) queue_.add({{"ns", std::to_string(n % kKeys)}});
    });
  }
  adders.clear();
  // Each key's last addition is handled after it was made.
  std::array<int, kKeys> before{};
  for (std::size_t key = 0; key < kKeys; ++key) before[key] = handled[key];
  for (int key = 0; key < kKeys; ++key) queue_.add({{"ns", std::to_string(key)}});
  EXPECT_TRUE(eventually([&] {
    for (std::size_t key = 0; key < kKeys; ++key) {
      if (handled[key] <= before[key]) return false;
    }
    return true;
  }));
  stop_.request_stop();
  workers.clear();
  EXPECT_FALSE(twice);
}

TEST_F(WorkQueueTest, MetricsHaveClientGoNames) {
  queue_.add(kA);
  queue_.add(kB);
  queue_.add(kB);
  clock_.advance(2s);
  ASSERT_EQ(get(), kA);
  queue_.add_rate_limited(kA);
  clock_.advance(3s);
  queue_.report_running();
  const std::string text = metrics_.exposition();
  const std::string labels = R"({controller="widget",name="widget"})";
  EXPECT_THAT(text, HasSubstr("workqueue_adds_total" + labels + " 2"));
  EXPECT_THAT(text, HasSubstr("workqueue_depth" + labels + " 1"));
  EXPECT_THAT(text, HasSubstr("workqueue_retries_total" + labels + " 1"));
  EXPECT_THAT(text, HasSubstr("workqueue_unfinished_work_seconds" + labels + " 3"));
  EXPECT_THAT(text, HasSubstr("workqueue_longest_running_processor_seconds" + labels + " 3"));
  EXPECT_THAT(text, HasSubstr("workqueue_queue_duration_seconds_sum" + labels + " 2"));
  queue_.done(kA);
  const std::string after = metrics_.exposition();
  EXPECT_THAT(after, HasSubstr("workqueue_work_duration_seconds_sum" + labels + " 3"));
  EXPECT_THAT(
      after,
      HasSubstr(
          R"(workqueue_work_duration_seconds_bucket{controller="widget",name="widget",le="10")"));
}

}  // namespace
}  // namespace argus::runtime
