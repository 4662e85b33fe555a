#include "graph/canonical_dump.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "graph/cypher_text.h"

namespace argus::worker {
namespace {

// Every property that the model writes, except for event_id, ingestion_id, started_at and token.
constexpr std::array kProperties = {"key",       "dataset",  "repository", "commit",    "path",
                                    "line",      "end_line", "name",       "language",  "module",
                                    "bytes",     "lines",    "sha256",     "kind",      "scope",
                                    "signature", "bases",    "index",      "references"};

void append_value(std::string& line, const StoreValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.value)) {
    append_cypher_number(line, *number);
  } else {
    append_cypher_string(line, value.text());
  }
}

// One line: a newline inside a text would end it.
void keep_on_one_line(std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  text = std::move(out);
}

void append_nodes(FalkorDbConnection& connection, const std::string& dataset,
                  std::vector<std::string>& lines) {
  std::string query = "MATCH (n) RETURN labels(n)";
  for (const char* property : kProperties) query += std::string(",n.`") + property + '`';
  for (const auto& row : connection.query(dataset, query)) {
    std::string line = "node";
    for (const auto& label : row.at(0).list()) line += ' ' + label.text();
    for (std::size_t i = 0; i < kProperties.size(); ++i) {
      if (row.at(i + 1).is_null()) continue;
      line += std::string(" ") + kProperties[i] + '=';
      append_value(line, row.at(i + 1));
    }
    keep_on_one_line(line);
    lines.push_back(std::move(line));
  }
}

void append_edges(FalkorDbConnection& connection, const std::string& dataset,
                  std::vector<std::string>& lines) {
  for (const auto& row : connection.query(
           dataset, "MATCH (a)-[e]->(b) RETURN type(e),labels(a)[0],a.key,labels(b)[0],b.key")) {
    std::string line = "edge " + row.at(0).text() + ' ' + row.at(1).text() + ' ';
    append_value(line, row.at(2));
    line += ' ' + row.at(3).text() + ' ';
    append_value(line, row.at(4));
    keep_on_one_line(line);
    lines.push_back(std::move(line));
  }
}

}  // namespace

std::string canonical_dump(FalkorDbConnection& connection, const std::string& dataset) {
  std::vector<std::string> lines;
  // A query would create the graph.
  if (connection.command({"EXISTS", dataset}).integer() == 0) return {};
  append_nodes(connection, dataset, lines);
  append_edges(connection, dataset, lines);
  std::ranges::sort(lines);
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

}  // namespace argus::worker
