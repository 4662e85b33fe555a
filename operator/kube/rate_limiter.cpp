#include "kube/rate_limiter.h"

#include <algorithm>

namespace argus::kube {

RateLimiter::RateLimiter(double per_second, int burst, base::Clock& clock)
    : per_second_(per_second),
      burst_(std::max(burst, 1)),
      clock_(clock),
      tokens_(burst_),
      refilled_(clock.monotonic()) {}

std::chrono::nanoseconds RateLimiter::take() {
  const base::MutexLock lock(mutex_);
  const auto now = clock_.monotonic();
  const std::chrono::duration<double> passed = now - refilled_;
  refilled_ = now;
  tokens_ = std::min<double>(burst_, tokens_ + passed.count() * per_second_) - 1;
  if (tokens_ >= 0) return std::chrono::nanoseconds::zero();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(-tokens_ / per_second_));
}

bool RateLimiter::wait(std::stop_token stop) {
  if (stop.stop_requested()) return false;
  if (per_second_ <= 0) return true;
  const auto delay = take();
  return delay == std::chrono::nanoseconds::zero() || clock_.sleep_for(delay, std::move(stop));
}

}  // namespace argus::kube
