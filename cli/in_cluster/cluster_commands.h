// The commands with --in-cluster: which part runs here, and which in the pod.
//
// Threads: free functions. Failure: TreeError, ClusterError; Interrupted when stop was requested.
#pragma once

#include <ostream>
#include <stop_token>

#include "base/clock.h"
#include "cli/options.h"
#include "cli/terminal/progress.h"

namespace argus::cli {

// The exit codes.
int ingest_in_cluster(const IngestOptions& options, std::ostream& out, Progress& progress,
                      base::Clock& clock, const std::stop_token& stop);
int graph_in_cluster(const GraphOptions& options, std::ostream& out, Progress& progress,
                     base::Clock& clock, const std::stop_token& stop);

// The command line in the pod.
[[nodiscard]] std::vector<std::string> remote_arguments(const IngestOptions& options);
[[nodiscard]] std::vector<std::string> remote_arguments(const GraphOptions& options);

}  // namespace argus::cli
