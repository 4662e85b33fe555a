#include "kube/rate_limiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "fakes/fake_clock.h"

namespace argus::kube {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, ABurstPassesThenOneATime) {
  base::FakeClock clock;
  RateLimiter limiter(20, 30, clock);
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(limiter.wait({}));
  std::atomic<bool> passed = false;
  std::thread next([&] { passed = limiter.wait({}); });
  ASSERT_TRUE(clock.await_waiters(1));
  clock.advance(49ms);
  EXPECT_FALSE(passed);
  clock.advance(1ms);
  next.join();
  EXPECT_TRUE(passed);
}

TEST(RateLimiter, WaitersTakeTurns) {
  base::FakeClock clock;
  RateLimiter limiter(10, 1, clock);
  ASSERT_TRUE(limiter.wait({}));
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      if (limiter.wait({})) ++passed;
    });
  }
  for (int done = 1; done <= 3; ++done) {
    ASSERT_TRUE(clock.await_waiters(4 - done));
    clock.advance(100ms);
    while (passed < done) std::this_thread::yield();
    EXPECT_EQ(passed, done);
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(RateLimiter, TimeRefillsUpToTheBurst) {
  base::FakeClock clock;
  RateLimiter limiter(10, 2, clock);
  ASSERT_TRUE(limiter.wait({}));
  ASSERT_TRUE(limiter.wait({}));
  clock.advance(1h);
  ASSERT_TRUE(limiter.wait({}));
  ASSERT_TRUE(limiter.wait({}));
  std::stop_source stop;
  std::thread third([&] { EXPECT_FALSE(limiter.wait(stop.get_token())); });
  ASSERT_TRUE(clock.await_waiters(1));
  stop.request_stop();
  third.join();
}

TEST(RateLimiter, ZeroIsNoLimit) {
  base::FakeClock clock;
  RateLimiter limiter(0, 1, clock);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(limiter.wait({}));
}

}  // namespace
}  // namespace argus::kube
