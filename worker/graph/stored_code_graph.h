// The CodeGraph over any GraphStore: gathers what is stored, decides what differs, writes that.
#pragma once

#include <memory>

#include "graph/code_graph.h"
#include "graph/graph_store.h"

namespace argus::worker {

// How an ingestion that was never completed is named, and where it is kept: a ledger of parts and
// manifest messages, argus:ingestion:{dataset}:{ingestion_id}, erased when it is resolved.
inline constexpr const char* kLedgerPrefix = "argus:ingestion:";

std::unique_ptr<CodeGraph> make_code_graph(std::unique_ptr<GraphStore> store);

}  // namespace argus::worker
