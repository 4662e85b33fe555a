// Runs argusctl in a Job of the data layer's namespace, which its network policies admit: from
// outside, the address that a broker gives itself is out of reach. What the pod prints is printed
// here, its exit code is ours, and the Job is deleted whatever happens.
//
// Threads: a free function. Failure: ClusterError with a sentence; Interrupted when stop was
// requested.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/options.h"
#include "cli/terminal/progress.h"

namespace argus::cli {

struct ClusterTask {
  std::string name;                    // "ingest": part of the Job's name
  std::vector<std::string> arguments;  // of argusctl there, which is told to answer over attach
  std::chrono::seconds deadline{0};    // it is ended then
  // Standard input there, piece by piece; empty: there is none.
  std::function<std::optional<std::string>()> input;
};

// The exit code.
int run_in_cluster(const ClusterTask& task, const ClusterOptions& options, std::ostream& out,
                   Progress& progress, base::Clock& clock, const std::stop_token& stop);

}  // namespace argus::cli
