#include "cli/graph/graph_summary_text.h"

#include <algorithm>

#include "cli/terminal/printable.h"
#include "cli/terminal/progress.h"

namespace argus::cli {
namespace {

using nlohmann::json;

using Row = std::vector<std::string>;  // the name, then numbers

// Names to the left, numbers to the right.
std::string table(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text = "\n" + title + "\n";
  for (const Row& row : rows) {
    text += "  " + row[0] + std::string(widths[0] - row[0].size(), ' ');
    for (std::size_t i = 1; i < row.size(); ++i) {
      text += "  " + std::string(widths[i] - row[i].size(), ' ') + row[i];
    }
    text += "\n";
  }
  return text;
}

std::string counts(const std::string& title, const std::vector<worker::NamedCount>& list) {
  std::vector<Row> rows;
  rows.reserve(list.size());
  for (const auto& [name, count] : list) rows.push_back({printable(name), with_thousands(count)});
  return table(title, rows);
}

std::string total(const std::vector<worker::NamedCount>& list) {
  std::uint64_t sum = 0;
  for (const auto& entry : list) sum += entry.count;
  return with_thousands(sum);
}

json counts_json(const std::vector<worker::NamedCount>& list) {
  json object = json::object();
  for (const auto& [name, count] : list) object[name] = count;
  return object;
}

json ranking_json(const std::vector<worker::NamedCount>& list, const char* count_name) {
  json array = json::array();
  for (const auto& [name, count] : list) array.push_back({{"name", name}, {count_name, count}});
  return array;
}

}  // namespace

std::string summary_text(const std::string& dataset, const worker::GraphSummary& summary) {
  const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : printable(text); };
  std::string text =
      "Dataset     " + dataset + "\nRepository  " + or_dash(summary.repository) + "\nCommit      " +
      or_dash(summary.commit) + "\nIngestion   " +
      (summary.ingestion_id.empty() ? "none is complete yet" : printable(summary.ingestion_id)) +
      "\n";
  text += counts("Nodes: " + total(summary.nodes), summary.nodes);
  text += counts("Edges: " + total(summary.edges), summary.edges);
  std::vector<Row> languages;
  languages.reserve(summary.languages.size());
  for (const auto& language : summary.languages) {
    languages.push_back({language.language.empty() ? "(other)" : printable(language.language),
                         with_thousands(language.files) + " files",
                         with_thousands(language.lines) + " lines"});
  }
  text += table("Languages", languages);
  text += counts("Longest files (lines)", summary.biggest_files);
  text += counts("Most called functions (callers)", summary.most_called);
  return text;
}

json summary_json(const std::string& dataset, const worker::GraphSummary& summary) {
  json languages = json::array();
  for (const auto& language : summary.languages) {
    languages.push_back(
        {{"language", language.language}, {"files", language.files}, {"lines", language.lines}});
  }
  return {{"dataset", dataset},
          {"repository", summary.repository},
          {"commit", summary.commit},
          {"ingestion_id", summary.ingestion_id},
          {"nodes", counts_json(summary.nodes)},
          {"edges", counts_json(summary.edges)},
          {"languages", std::move(languages)},
          {"biggest_files", ranking_json(summary.biggest_files, "lines")},
          {"most_called", ranking_json(summary.most_called, "callers")}};
}

}  // namespace argus::cli
