// How far a Job's pod is, from what the API server lists.
//
// Threads: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace argus::cli {

struct JobState {
  enum class Phase {
    kNoPod,
    kStarting,
    kRunning,
    kCannotStart,  // not by waiting either
    kEnded,
  };
  Phase phase = Phase::kNoPod;
  std::string pod;
  std::string text;  // what it waits for, or why it cannot start or ended; may be empty
};

// `pods`: those of the Job. `events`: of the Job itself; why no pod could be made.
[[nodiscard]] JobState job_state(const nlohmann::json& pods, const nlohmann::json& events);

}  // namespace argus::cli
