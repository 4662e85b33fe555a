// GraphStore in FalkorDB: one graph for each dataset, named like it; the ledger in Redis hashes.
//
// Shape of the writes, as measured (figures in falkordb_graph_store.cpp): CREATE instead of MERGE,
// definitions nested below their file in one statement, edges by the ids of their ends.
//
// Threads: as GraphStore says; it keeps a few connections, each used by one call at a time.
#pragma once

#include <memory>

#include "graph/falkordb_connection.h"
#include "graph/graph_store.h"

namespace argus::worker {

struct FalkorDbGraphStoreOptions {
  FalkorDbEndpoint endpoint;
  // A statement holds at most this many nodes or edges (one file's definitions are never split),
  // and a bounded number of bytes.
  std::size_t rows_per_statement = 5000;
};

// Does not connect yet.
std::unique_ptr<GraphStore> make_falkordb_graph_store(FalkorDbGraphStoreOptions options);

}  // namespace argus::worker
