#include "cli/broker/setup_health.h"

namespace argus::cli {
namespace {

// A round asks the brokers a few dozen times, each time for 15 seconds at most.
constexpr std::chrono::minutes kRoundLongest{10};

}  // namespace

SetupHealth::SetupHealth(base::Clock& clock, std::chrono::seconds period)
    : clock_(clock), patience_(period + kRoundLongest), last_round_(clock.monotonic()) {}

void SetupHealth::after_round(bool in_place, const Findings& findings) {
  const base::MutexLock lock(mutex_);
  in_place_ = in_place;
  why_ = findings.problems.empty() ? "" : findings.problems.begin()->first;
  last_round_ = clock_.monotonic();
}

std::optional<std::string> SetupHealth::problem() const {
  const base::MutexLock lock(mutex_);
  if (in_place_) return std::nullopt;
  return why_;
}

std::optional<std::string> SetupHealth::stuck() const {
  const base::MutexLock lock(mutex_);
  if (clock_.monotonic() - last_round_ <= patience_) return std::nullopt;
  return "no look at the brokers has ended for " +
         std::to_string(std::chrono::duration_cast<std::chrono::minutes>(patience_).count()) +
         " minutes";
}

}  // namespace argus::cli
