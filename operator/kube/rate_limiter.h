// A token bucket that spreads a client's requests over time, so that a controller that runs wild
// does not take the API server with it. Source: client-go's flowcontrol.NewTokenBucketRateLimiter.
//
// Threads: every method may be called from any thread; wait() blocks its caller.
#pragma once

#include <stop_token>

#include "base/clock.h"
#include "base/mutex.h"

namespace argus::kube {

class RateLimiter {
 public:
  // `burst` requests at once, then `per_second` a second; `per_second` 0 or less: no limit.
  RateLimiter(double per_second, int burst, base::Clock& clock);

  // Waits for this request's turn; requests take turns in the order of their calls. False when stop
  // was requested: the turn is lost.
  [[nodiscard]] bool wait(std::stop_token stop);

 private:
  std::chrono::nanoseconds take();

  const double per_second_;
  const int burst_;
  base::Clock& clock_;
  base::Mutex mutex_;
  double tokens_ ARGUS_GUARDED_BY(mutex_);  // negative: requests that wait already
  base::Clock::Monotonic refilled_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::kube
