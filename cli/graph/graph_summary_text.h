// A graph's summary for people, and for programs.
//
// Threads: free functions, pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "graph/graph_summary.h"

namespace argus::cli {

[[nodiscard]] std::string summary_text(const std::string& dataset,
                                       const worker::GraphSummary& summary);
[[nodiscard]] nlohmann::json summary_json(const std::string& dataset,
                                          const worker::GraphSummary& summary);

}  // namespace argus::cli
