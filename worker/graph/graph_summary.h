// What the graph of one dataset holds, for people. Reads only.
//
// Threads: none of its own. Failure: GraphError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/falkordb_connection.h"

namespace argus::worker {

struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
};

struct LanguageSummary {
  std::string language;
  std::uint64_t files = 0;
  std::uint64_t lines = 0;
};

struct GraphSummary {
  std::string repository;
  std::string commit;
  std::string ingestion_id;                // the last one that was resolved; empty: none yet
  std::vector<NamedCount> nodes;           // by label, in the model's order, those that occur
  std::vector<NamedCount> edges;           // by type
  std::vector<LanguageSummary> languages;  // most lines first
  std::vector<NamedCount> biggest_files;   // by lines
  std::vector<NamedCount> most_called;     // keys of functions, by callers
};

// At most `limit` entries in each of the ranked lists. Empty when there is no such graph.
std::optional<GraphSummary> summarize_graph(FalkorDbConnection& connection,
                                            const std::string& dataset, std::size_t limit = 10);

}  // namespace argus::worker
