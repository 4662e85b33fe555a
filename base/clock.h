// The time, as a seam: production code takes a Clock, tests hand it a FakeClock and move it.
//
// Threads: every method may be called from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace argus::base {

class ConditionVariable;
class MutexLock;

class Clock {
 public:
  using Wall = std::chrono::system_clock::time_point;
  using Monotonic = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;

  // Wall-clock time, for what people and other machines read (timestamps, leases).
  [[nodiscard]] virtual Wall wall() const = 0;

  // Monotonic time, for durations and deadlines.
  [[nodiscard]] virtual Monotonic monotonic() const = 0;

  // Waits until `ready` holds, `deadline` has passed, or stop is requested; true when `ready`
  // holds. `lock` is held when `ready` is called and on return.
  virtual bool wait_until(ConditionVariable& condition, MutexLock& lock, std::stop_token stop,
                          Monotonic deadline, const std::function<bool()>& ready) = 0;

  // Sleeps for `duration` or until stop is requested; false when it was stopped.
  bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop);
};

// The machine's clocks. The returned object lives for the whole process.
Clock& system_clock();

// RFC 3339 in UTC with second precision, as metav1.Time has it: 2026-11-23T10:15:30Z.
std::string to_rfc3339(Clock::Wall time);
// RFC 3339 with microseconds, as metav1.MicroTime has it: 2026-11-23T10:15:30.123456Z.
std::string to_rfc3339_micro(Clock::Wall time);
// Reads either form, with any number of digits after the point (kept to the microsecond) and any
// offset from UTC; std::nullopt when the text is not an RFC 3339 time.
std::optional<Clock::Wall> from_rfc3339(std::string_view text);

}  // namespace argus::base
