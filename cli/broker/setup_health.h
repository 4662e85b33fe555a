// What the health server of a watch answers: whether the brokers have what the data layer needs,
// and whether the rounds go on.
//
// Threads: after_round() on the watch's thread, the others on the health server's.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "cli/broker/broker_round.h"

namespace argus::cli {

class SetupHealth {
 public:
  // `clock` outlives it. `period`: the longest time between two rounds.
  SetupHealth(base::Clock& clock, std::chrono::seconds period);

  void after_round(bool in_place, const Findings& findings);

  // For readiness: why it is not in place.
  [[nodiscard]] std::optional<std::string> problem() const;
  // For liveness: no round has ended for long.
  [[nodiscard]] std::optional<std::string> stuck() const;

 private:
  base::Clock& clock_;
  const std::chrono::seconds patience_;
  mutable base::Mutex mutex_;
  bool in_place_ ARGUS_GUARDED_BY(mutex_) = false;
  std::string why_ ARGUS_GUARDED_BY(mutex_) = "the first look at the brokers goes on";
  base::Clock::Monotonic last_round_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::cli
