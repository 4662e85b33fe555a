#include "pipeline/outage.h"

#include <algorithm>

#include "base/log.h"

namespace argus::worker {

Outage::Outage(OutageOptions options, std::function<void(std::stop_token)> check,
               std::function<void(bool usable)> changed, base::Clock& clock)
    : options_(options),
      check_(std::move(check)),
      told_(std::move(changed)),
      clock_(clock),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void Outage::begin(const std::string& reason) {
  const base::MutexLock lock(mutex_);
  if (!reason_) {
    base::log_warning("consumption paused", {{"reason", reason}});
    told_(false);
  }
  reason_ = reason;
  ++number_;
  recovered_ = false;
  changed_.notify_all();
}

std::optional<std::string> Outage::reason() const {
  const base::MutexLock lock(mutex_);
  return reason_;
}

std::optional<std::uint64_t> Outage::recovered() const {
  const base::MutexLock lock(mutex_);
  return recovered_ ? std::optional(number_) : std::nullopt;
}

void Outage::end(std::uint64_t number) {
  const base::MutexLock lock(mutex_);
  if (number != number_ || !recovered_) return;
  recovered_ = false;
  reason_.reset();
  base::log_info("consumption resumed", {});
  told_(true);
}

void Outage::succeeded() {
  const base::MutexLock lock(mutex_);
  delay_ = std::chrono::milliseconds(0);
}

void Outage::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::chrono::milliseconds delay{0};
    std::uint64_t number = 0;
    {
      base::MutexLock lock(mutex_);
      const auto ready = [this]() ARGUS_REQUIRES(mutex_) { return reason_ && !recovered_; };
      if (!changed_.wait(lock, stop, ready)) return;
      delay_ =
          delay_.count() == 0 ? options_.retry_first : std::min(delay_ * 2, options_.retry_max);
      delay = delay_;
    }
    if (!clock_.sleep_for(delay, stop)) return;
    {
      const base::MutexLock lock(mutex_);
      number = number_;
    }
    try {
      check_(stop);
      const base::MutexLock lock(mutex_);
      recovered_ = number == number_;
    } catch (const std::exception& error) {
      const base::MutexLock lock(mutex_);
      reason_ = error.what();
    }
  }
}

}  // namespace argus::worker
