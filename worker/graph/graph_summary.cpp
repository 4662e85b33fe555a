#include "graph/graph_summary.h"

#include "graph/graph_store.h"

namespace argus::worker {
namespace {

constexpr NodeLabel kLabels[] = {
    NodeLabel::kRepository, NodeLabel::kDirectory, NodeLabel::kFile,     NodeLabel::kModule,
    NodeLabel::kClass,      NodeLabel::kFunction,  NodeLabel::kVariable, NodeLabel::kTest};

std::uint64_t unsigned_of(const StoreValue& value) {
  return value.integer() < 0 ? 0 : static_cast<std::uint64_t>(value.integer());
}

std::vector<NamedCount> ranked(FalkorDbConnection& connection, const std::string& dataset,
                               const std::string& query, std::size_t limit) {
  std::vector<NamedCount> out;
  for (const auto& row :
       connection.query(dataset, query + " ORDER BY c DESC, k LIMIT " + std::to_string(limit))) {
    out.push_back({row.at(0).text(), unsigned_of(row.at(1))});
  }
  return out;
}

void count_words(FalkorDbConnection& connection, const std::string& dataset,
                 GraphSummary& summary) {
  for (const NodeLabel label : kLabels) {
    const auto rows =
        connection.query(dataset, std::string("MATCH (n:") + to_word(label) + ") RETURN count(n)");
    const auto count = rows.empty() ? 0 : unsigned_of(rows[0].at(0));
    if (count > 0) summary.nodes.push_back({to_word(label), count});
  }
  for (const EdgeType type : kEdgeTypes) {
    const auto rows = connection.query(
        dataset, std::string("MATCH ()-[e:") + to_word(type) + "]->() RETURN count(e)");
    const auto count = rows.empty() ? 0 : unsigned_of(rows[0].at(0));
    if (count > 0) summary.edges.push_back({to_word(type), count});
  }
}

}  // namespace

std::optional<GraphSummary> summarize_graph(FalkorDbConnection& connection,
                                            const std::string& dataset, std::size_t limit) {
  // A query would create the graph.
  if (connection.command({"EXISTS", dataset}).integer() == 0) return std::nullopt;
  GraphSummary summary;
  const auto state =
      connection.query(dataset, "MATCH (g:Repository) RETURN g.repository,g.commit,g.ingestion_id");
  if (!state.empty()) {
    summary.repository = state[0].at(0).text();
    summary.commit = state[0].at(1).text();
    summary.ingestion_id = state[0].at(2).text();
  }
  count_words(connection, dataset, summary);
  for (const auto& row : connection.query(
           dataset,
           "MATCH (f:File) RETURN f.language AS k,count(f),sum(f.lines) AS c ORDER BY c DESC, k")) {
    auto& language = summary.languages.emplace_back();
    language.language = row.at(0).text();
    language.files = unsigned_of(row.at(1));
    const auto* lines = std::get_if<double>(&row.at(2).value);
    language.lines = lines == nullptr ? unsigned_of(row.at(2)) : static_cast<std::uint64_t>(*lines);
  }
  summary.biggest_files =
      ranked(connection, dataset, "MATCH (f:File) RETURN f.path AS k,f.lines AS c", limit);
  summary.most_called =
      ranked(connection, dataset, "MATCH ()-[:CALLS]->(f) RETURN f.key AS k,count(*) AS c", limit);
  return summary;
}

}  // namespace argus::worker
