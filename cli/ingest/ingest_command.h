// argusctl ingest: from a directory to the events of an ingestion, and to the worker's answer.
//
// Threads: a free function; what it calls uses threads of its own. Failure: TreeError, UsageError,
// kafka::BrokerError.
#pragma once

#include <ostream>

#include "base/clock.h"
#include "cli/options.h"
#include "cli/terminal/progress.h"

namespace argus::cli {

// The exit code.
int ingest_command(const IngestOptions& options, std::ostream& out, Progress& progress,
                   base::Clock& clock);

// "20261125T101530Z-0123456789ab": sorts by time, and two runs never share one.
[[nodiscard]] std::string new_ingestion_id(base::Clock::Wall now);

}  // namespace argus::cli
