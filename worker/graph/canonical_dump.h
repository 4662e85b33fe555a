// A dataset's graph as sorted text, one node or edge a line, for comparing two graphs: without what
// may differ between two runs that say the same (ids, event ids, ingestion ids, times, tokens).
//
// Threads: none of its own. Failure: GraphError. Memory: the whole text.
#pragma once

#include <string>

#include "graph/falkordb_connection.h"

namespace argus::worker {

// Empty when there is no such graph.
std::string canonical_dump(FalkorDbConnection& connection, const std::string& dataset);

}  // namespace argus::worker
