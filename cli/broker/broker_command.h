// argusctl broker ensure: makes sure that the brokers have what the data layer needs (the service
// user, the topics, the access rules), once or for as long as it runs. What exists is left alone.
//
// Threads: free functions, called on one; with a health server, its own besides. Failure:
// UsageError once; while it watches, whatever is wrong is logged, and tried again.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "cli/options.h"

namespace argus::cli {

// The exit code. With `watch` it returns only to say something (broker_word.h).
int broker_command(const BrokerOptions& options, base::Clock& clock);

// How long to wait after so many rounds in a row that failed; 0: none failed.
[[nodiscard]] std::chrono::seconds delay_after(int failures, std::chrono::seconds period);

}  // namespace argus::cli
