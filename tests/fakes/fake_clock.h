// A Clock that a test moves. Time stands still until advance().
//
//   FakeClock clock;
//   std::jthread sleeper([&](std::stop_token stop) { clock.sleep_for(5min, stop); });
//   ASSERT_TRUE(clock.await_waiters(1));  // the thread waits now
//   clock.advance(5min);                  // it wakes
//
// Threads: every method may be called from any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <map>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"

namespace argus::base {

class FakeClock final : public Clock {
 public:
  // 2026-11-23T10:15:30Z unless told otherwise.
  explicit FakeClock(Wall start = Wall(std::chrono::seconds(1'795'428'930))) : start_(start) {}

  Wall wall() const override {
    return start_ + std::chrono::duration_cast<Wall::duration>(passed());
  }
  Monotonic monotonic() const override { return Monotonic{} + std::chrono::hours(1) + passed(); }

  bool wait_until(ConditionVariable& condition, MutexLock& lock, std::stop_token stop,
                  Monotonic deadline, const std::function<bool()>& ready) override {
    const Waiting waiting(*this, deadline);
    // A waiter looks at the fake time every millisecond of real time: advance() need not know the
    // condition, which may be gone by then.
    while (!ready() && monotonic() < deadline && !stop.stop_requested()) {
      condition.wait_until(lock, stop,
                           std::chrono::steady_clock::now() + std::chrono::milliseconds(1), ready);
    }
    return ready();
  }

  void advance(std::chrono::nanoseconds by) { passed_ += by.count(); }

  // How many threads wait on this clock for a deadline that is still to come (one whose deadline
  // has passed may take a moment to notice).
  [[nodiscard]] int waiters() const {
    const MutexLock lock(mutex_);
    return static_cast<int>(std::distance(deadlines_.upper_bound(monotonic()), deadlines_.end()));
  }

  // Whether that thread is one of them.
  [[nodiscard]] bool waits(std::thread::id thread) const {
    const MutexLock lock(mutex_);
    return std::any_of(deadlines_.upper_bound(monotonic()), deadlines_.end(),
                       [thread](const auto& waiting) { return waiting.second == thread; });
  }

  // Waits, in real time, until at least `count` threads wait on this clock; false after ten
  // seconds.
  [[nodiscard]] bool await_waiters(int count) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (waiters() < count) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

 private:
  // Counts a thread as waiting while it exists.
  class Waiting {
   public:
    Waiting(FakeClock& clock, Monotonic deadline) : clock_(clock) {
      const MutexLock lock(clock_.mutex_);
      position_ = clock_.deadlines_.emplace(deadline, std::this_thread::get_id());
    }
    ~Waiting() {
      const MutexLock lock(clock_.mutex_);
      clock_.deadlines_.erase(position_);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    FakeClock& clock_;
    std::multimap<Monotonic, std::thread::id>::iterator position_;
  };

  [[nodiscard]] std::chrono::nanoseconds passed() const {
    return std::chrono::nanoseconds(passed_.load());
  }

  const Wall start_;
  std::atomic<std::int64_t> passed_{0};  // nanoseconds
  mutable Mutex mutex_;
  std::multimap<Monotonic, std::thread::id> deadlines_ ARGUS_GUARDED_BY(mutex_);  // who waits
};

}  // namespace argus::base
