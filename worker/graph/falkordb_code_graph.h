// The CodeGraph that is kept in FalkorDB.
//
// Failure: GraphError, from every call; the factory itself does not connect.
#pragma once

#include <memory>

#include "graph/code_graph.h"
#include "graph/falkordb_connection.h"

namespace argus::worker {

struct FalkorDbCodeGraphOptions {
  FalkorDbEndpoint endpoint;
};

std::unique_ptr<CodeGraph> make_falkordb_code_graph(FalkorDbCodeGraphOptions options);

}  // namespace argus::worker
