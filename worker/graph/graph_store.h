// The seam between what a code graph is and where it is kept: a property graph for each dataset, a
// small ledger beside it, and a barrier. There is one implementation, FalkorDB's
// (falkordb_graph_store.h), and its tests run against a real server; tests of what lies above use a
// CodeGraph in memory (tests/fakes/fake_code_graph.h) instead.
//
// Threads: calls for different datasets may run at the same time; barrier() beside any other.
// Failure: GraphError (code_graph.h). Every write names the writer's token: when another writer has
// claimed the dataset since, it changes nothing and throws a retryable GraphError.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "extract/code_facts.h"

namespace argus::worker {

using NodeId = std::int64_t;
inline constexpr NodeId kNoNode = -1;

enum class NodeLabel {
  kRepository,
  kDirectory,
  kFile,
  kModule,
  kClass,
  kFunction,
  kVariable,
  kTest
};
enum class EdgeType { kContains, kDefines, kImports, kCalls, kInherits, kReferences };
inline constexpr EdgeType kEdgeTypes[] = {EdgeType::kContains, EdgeType::kDefines,
                                          EdgeType::kImports,  EdgeType::kCalls,
                                          EdgeType::kInherits, EdgeType::kReferences};

// Who wrote a node, kept on it.
struct Provenance {
  std::string dataset;
  std::string repository;
  std::string commit;
  std::string event_id;
};

struct RepositoryState {
  NodeId id = kNoNode;
  std::string resolved_ingestion;     // empty: none yet
  std::int64_t resolved_started = 0;  // its started_at, milliseconds since 1970
};

struct StoredFile {
  NodeId id = kNoNode;
  std::string path;
  std::string language;
  std::string module;
  std::string sha256;
  std::string references;  // facts_text.h
};

struct StoredDefinition {
  NodeId id = kNoNode;
  NodeLabel label = NodeLabel::kFunction;
  std::string key;
  std::string path;
  std::uint32_t index = 0;  // in the file's FileFacts::definitions
  std::string kind;
  std::string name;
  std::string scope;
  std::string bases;  // one a line
};

// A Directory or a Module.
struct StoredPlace {
  NodeId id = kNoNode;
  NodeLabel label = NodeLabel::kDirectory;
  std::string key;  // of a Directory its path, of a Module its name; unique within the label
  std::string
      path;  // of a Module the directory that holds it; empty when it is not in the codebase
};

struct Edge {
  EdgeType type = EdgeType::kContains;
  NodeId from = kNoNode;
  NodeId to = kNoNode;
  auto operator<=>(const Edge&) const = default;
};

struct StoredGraph {
  RepositoryState repository;
  std::vector<StoredFile> files;
  std::vector<StoredDefinition> definitions;
  std::vector<StoredPlace> places;
  std::vector<Edge> edges;
};

class GraphStore {
 public:
  using Fields = std::map<std::string, std::string>;
  virtual ~GraphStore() = default;

  // Makes this token the dataset's writer, and its graph when there is none.
  virtual RepositoryState claim(const Provenance& provenance, const std::string& token) = 0;

  // Path and sha256 of those of the files that are stored.
  virtual std::vector<StoredFile> find_files(const std::string& dataset,
                                             std::span<const std::string> paths) = 0;
  virtual StoredGraph read_all(const std::string& dataset) = 0;

  // Each of the files appears whole, with its definitions and the edges to them, or not at all. A
  // stored file of the same path is replaced.
  virtual void write_files(const Provenance& provenance, const std::string& token,
                           std::span<const FileFacts> files, std::stop_token stop) = 0;
  // Creates; returns their ids in the same order.
  virtual std::vector<NodeId> create_places(const Provenance& provenance, const std::string& token,
                                            std::span<const StoredPlace> places,
                                            std::stop_token stop) = 0;
  // With every edge they have.
  virtual void delete_nodes(const std::string& dataset, const std::string& token,
                            std::span<const NodeId> nodes, std::stop_token stop) = 0;
  virtual void create_edges(const std::string& dataset, const std::string& token,
                            std::span<const Edge> edges, std::stop_token stop) = 0;
  virtual void delete_edges(const std::string& dataset, const std::string& token,
                            std::span<const Edge> edges, std::stop_token stop) = 0;
  virtual void mark_resolved(const Provenance& provenance, const std::string& token,
                             const RepositoryState& state) = 0;

  // The ledger: small maps of text by name, beside the graphs.
  virtual Fields read_ledger(const std::string& name) = 0;
  virtual void add_to_ledger(const std::string& name, const Fields& fields) = 0;
  virtual void erase_ledger(const std::string& name) = 0;
  // Names that begin with `prefix`.
  virtual std::vector<std::string> list_ledgers(const std::string& prefix) = 0;

  // Names the store's present run: another after a restart, when what no barrier covered may be
  // gone.
  virtual std::string run() = 0;
  // Returns when every write that was done before the call is on disk. Throws a retryable error,
  // once, when one of them was done in an earlier run.
  virtual void barrier(std::stop_token stop) = 0;
  virtual void check() = 0;
};

// The fixed words of the model, as Cypher spells them.
const char* to_word(NodeLabel label);
const char* to_word(EdgeType type);
NodeLabel label_of(DefinitionLabel label);

// path#Class:Scope.Name, with ~2 behind it for the second of the same; in the order of
// `definitions`.
std::vector<std::string> definition_keys(const FileFacts& facts);

}  // namespace argus::worker
