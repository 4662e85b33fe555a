// argusctl's command line. The only user of CLI11 in this program.
//
// Threads: a free function. Failure: a line that is wrong is reported on standard error.
#pragma once

#include <variant>

#include "cli/options.h"

namespace argus::cli {

// What to do, or the status to exit with at once (help, version, a mistake).
std::variant<IngestOptions, GraphOptions, BrokerOptions, int> read_command_line(
    int argc, const char* const* argv);

}  // namespace argus::cli
