// Whether a store or the broker is unusable, and a thread that waits until it is usable again.
//
// Threads: every method may be called from any thread. Failure: none; what the check throws means
// "not yet".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"

namespace argus::worker {

struct OutageOptions {
  std::chrono::milliseconds retry_first{250};
  std::chrono::milliseconds retry_max{5'000};
};

class Outage {
 public:
  // `check` throws while the store cannot be used. `changed` is told when an outage begins (false)
  // and ends (true), under the lock, so that it never disagrees with reason(); it must not call
  // back.
  Outage(OutageOptions options, std::function<void(std::stop_token)> check,
         std::function<void(bool usable)> changed, base::Clock& clock);

  // Something failed that may succeed later.
  void begin(const std::string& reason);
  [[nodiscard]] std::optional<std::string> reason() const;
  // The number of the outage, when the store answers again: throw away what was under way, then
  // end() it. Until then reason() stays, so that nothing of before is taken for done.
  [[nodiscard]] std::optional<std::uint64_t> recovered() const;
  // Ends this outage; nothing when another failure came since.
  void end(std::uint64_t number);
  // Back-off goes down again after something succeeded.
  void succeeded();

 private:
  void run(std::stop_token stop);

  OutageOptions options_;
  std::function<void(std::stop_token)> check_;
  std::function<void(bool usable)> told_;
  base::Clock& clock_;
  mutable base::Mutex mutex_;
  base::ConditionVariable changed_;
  std::optional<std::string> reason_ ARGUS_GUARDED_BY(mutex_);
  std::uint64_t number_ ARGUS_GUARDED_BY(mutex_) = 0;  // of the last failure
  bool recovered_ ARGUS_GUARDED_BY(mutex_) = false;
  std::chrono::milliseconds delay_ ARGUS_GUARDED_BY(mutex_){0};
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace argus::worker
