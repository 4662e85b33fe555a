// argusctl graph: what a dataset's graph holds.
//
// Threads: a free function. Failure: GraphError, UsageError.
#pragma once

#include <ostream>

#include "cli/options.h"
#include "cli/terminal/progress.h"

namespace argus::cli {

// The exit code.
int graph_command(const GraphOptions& options, std::ostream& out, Progress& progress);

}  // namespace argus::cli
