// The raw rate of the store: the nodes and edges that a graph ended with, sent straight to an empty
// graph, without asking what is there, resolving or ledger. What a writer can reach at best.
//
// Threads: none of its own. Failure: GraphError.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "graph/code_graph.h"
#include "graph/falkordb_connection.h"

namespace argus::worker {

struct RawRate {
  std::uint64_t elements = 0;  // nodes and edges
  double seconds = 0;          // of writing them
};

// `files` are the facts that `from` was written from; `to` is deleted first. The time is that of
// the statements, with the barrier to disk at the end.
RawRate replay_raw(const FalkorDbEndpoint& endpoint, const std::string& from, const std::string& to,
                   std::span<const FileFacts> files, std::size_t rows_per_statement);

std::uint64_t elements_of(const GraphCounts& counts);

}  // namespace argus::worker
