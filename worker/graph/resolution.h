// From what each file says to the edges of the whole codebase. Pure: the stored graph in, the
// places (directories, modules) and edges that it should have out.
//
// A call is resolved to the callee that its file makes most likely, in this order: the function of
// its own class or scope, of its own package, module or file; through an import's local name; the
// method of a type that the file shows ("type:T"), there or in what T inherits; at last the only
// method of that name in the codebase. A call that stays unresolved has no edge.
//
// Threads: values. Failure: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph_store.h"

namespace argus::worker {

// A place's or definition's end of an edge before places have ids: places are named by their index.
struct PlannedPlaces {
  std::vector<StoredPlace> wanted;  // id is kNoNode for those to be created
  std::vector<NodeId> stale;        // stored, wanted no longer
};

// The directories of the files, the modules they belong to and those they import.
PlannedPlaces plan_places(const StoredGraph& graph);

struct Resolution {
  std::vector<Edge> edges;  // sorted, each once
  std::uint64_t calls_unresolved = 0;
};

// `graph.places` must hold every wanted place with its id.
Resolution resolve_edges(const StoredGraph& graph);

}  // namespace argus::worker
