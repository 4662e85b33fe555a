#include "raw_replay.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>
#include <vector>

#include "graph/falkordb_graph_store.h"

namespace argus::worker {
namespace {

using Key = std::pair<NodeLabel, std::string>;

// The edges of `from` between the nodes of `to` that have the same labels and keys.
std::vector<Edge> translate(const StoredGraph& from, const StoredGraph& to) {
  std::map<Key, NodeId> ids;
  ids[{NodeLabel::kRepository, ""}] = to.repository.id;
  for (const auto& file : to.files) ids[{NodeLabel::kFile, file.path}] = file.id;
  for (const auto& definition : to.definitions)
    ids[{definition.label, definition.key}] = definition.id;
  for (const auto& place : to.places) ids[{place.label, place.key}] = place.id;
  std::unordered_map<NodeId, NodeId> same;
  same[from.repository.id] = to.repository.id;
  for (const auto& file : from.files) same[file.id] = ids.at({NodeLabel::kFile, file.path});
  for (const auto& definition : from.definitions) {
    same[definition.id] = ids.at({definition.label, definition.key});
  }
  for (const auto& place : from.places) same[place.id] = ids.at({place.label, place.key});
  std::vector<Edge> edges;
  for (const Edge& edge : from.edges) {
    edges.push_back({edge.type, same.at(edge.from), same.at(edge.to)});
  }
  std::vector<Edge> present = to.edges;
  std::ranges::sort(present);
  std::ranges::sort(edges);
  std::vector<Edge> missing;
  std::ranges::set_difference(edges, present, std::back_inserter(missing));
  return missing;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

RawRate replay_raw(const FalkorDbEndpoint& endpoint, const std::string& from, const std::string& to,
                   std::span<const FileFacts> files, std::size_t rows_per_statement) {
  FalkorDbConnection(endpoint).command({"DEL", to});
  const auto store =
      make_falkordb_graph_store({.endpoint = endpoint, .rows_per_statement = rows_per_statement});
  const StoredGraph source = store->read_all(from);
  const Provenance by{to, "bench", "0123456789abcdef0123456789abcdef01234567", "bench-event"};
  const std::string token = "raw";
  store->claim(by, token);
  RawRate rate;
  auto start = std::chrono::steady_clock::now();
  store->write_files(by, token, files, {});
  store->create_places(by, token, source.places, {});
  rate.seconds = seconds_since(start);
  const std::vector<Edge> edges = translate(source, store->read_all(to));
  start = std::chrono::steady_clock::now();
  store->create_edges(to, token, edges, {});
  store->barrier({});
  rate.seconds += seconds_since(start);
  rate.elements =
      source.files.size() + source.definitions.size() + source.places.size() + source.edges.size();
  return rate;
}

std::uint64_t elements_of(const GraphCounts& counts) {
  return counts.files + counts.directories + counts.modules + counts.classes + counts.functions +
         counts.variables + counts.tests + counts.contains + counts.defines + counts.imports +
         counts.calls + counts.inherits + counts.references;
}

}  // namespace argus::worker
