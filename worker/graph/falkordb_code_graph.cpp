#include "graph/falkordb_code_graph.h"

#include "graph/falkordb_graph_store.h"
#include "graph/stored_code_graph.h"

namespace argus::worker {

std::unique_ptr<CodeGraph> make_falkordb_code_graph(FalkorDbCodeGraphOptions options) {
  return make_code_graph(make_falkordb_graph_store({.endpoint = std::move(options.endpoint)}));
}

}  // namespace argus::worker
