// The graph is right, not only large: what the worker wrote of a whole codebase into FalkorDB,
// compared with what Go's own packages list for the same files.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "fakes/places.h"
#include "fakes/temporary_directory.h"
#include "worker_test.h"

namespace argus::worker::live {
namespace {

// A guard against getting worse. Measured for k8s.io/kubernetes 1.36.3: of 68,275 calls that
// go/types resolves the graph has 88.6 % (methods called on the result of a call are most of the
// rest); of 60,515 calls of the graph that go/types can judge 99.98 % are right.
constexpr double kRecallFloor = 0.85;
constexpr double kPrecisionFloor = 0.98;

using Counts = std::map<std::string, int>;

std::string line_of(const std::string& kind, const std::string& path, const std::string& scope,
                    const std::string& name, std::int64_t line, std::int64_t end) {
  return kind + ' ' + path + ' ' + scope + '.' + name + ' ' + std::to_string(line) + '-' +
         std::to_string(end);
}

std::string function_of(const std::string& path, const std::string& scope,
                        const std::string& name) {
  return path + ' ' + scope + '.' + name;
}

// What the graph has of `wanted`, with the first misses printed.
std::size_t misses(const Counts& wanted, const Counts& found, const char* title) {
  constexpr std::size_t kShown = 10;
  std::size_t count = 0;
  for (const auto& [line, times] : wanted) {
    const auto other = found.find(line);
    const int missing = times - (other == found.end() ? 0 : other->second);
    if (missing <= 0) continue;
    if (count < kShown) std::cout << title << ": " << line << '\n';
    count += static_cast<std::size_t>(missing);
  }
  return count;
}

std::size_t total(const Counts& counts) {
  std::size_t sum = 0;
  for (const auto& [line, times] : counts) sum += static_cast<std::size_t>(times);
  return sum;
}

class GraphOracleTest : public WorkerTest {
 protected:
  // The Go program's answer, line by line.
  void ask_oracle(const std::string& what, const std::vector<SourceFile>& files,
                  const std::function<void(const nlohmann::json&)>& each) {
    std::ofstream list(folder_.path() + "/paths");
    for (const SourceFile& file : files) {
      if (file.path.ends_with(".go")) list << file.path << '\n';
    }
    list.close();
    const std::string command = "cd " + fakes::source_path("tests/integration/go_oracle") +
                                " && GOTOOLCHAIN=local go run . -" + what + " '" +
                                kubernetes().string() + "' <" + folder_.path() + "/paths >" +
                                folder_.path() + "/answer";
    ASSERT_EQ(std::system(command.c_str()), 0) << "The Go program failed (above).";
    std::ifstream answer(folder_.path() + "/answer");
    for (std::string line; std::getline(answer, line);) each(nlohmann::json::parse(line));
  }

  StoreRows query(const Tenant& tenant, const std::string& text) const {
    FalkorDbConnection db(services_.falkordb);
    return db.query(dataset(tenant), text);
  }

  Counts definitions_in_graph(const Tenant& tenant) const {
    Counts counts;
    for (const char* label : {"Class", "Function", "Test"}) {
      for (const auto& row :
           query(tenant, std::string("MATCH (d:") + label +
                             ") RETURN d.path,d.scope,d.name,d.line,d.end_line")) {
        const std::string& scope = row.at(1).text();
        const std::string kind = label == std::string("Class") ? "type"
                                 : scope.empty()               ? "func"
                                                               : "method";
        ++counts[line_of(kind, row.at(0).text(), scope, row.at(2).text(), row.at(3).integer(),
                         row.at(4).integer())];
      }
    }
    return counts;
  }

  // Callees by caller; a caller is a function, in a file that go/types read.
  std::map<std::string, std::set<std::string>> calls_in_graph(const Tenant& tenant) const {
    std::map<std::string, std::set<std::string>> calls;
    for (const char* from : {"Function", "Test"}) {
      for (const auto& row : query(tenant, std::string("MATCH (a:") + from +
                                               ")-[:CALLS]->(b) RETURN a.path,a.scope,a.name,"
                                               "b.path,b.scope,b.name")) {
        calls[function_of(row.at(0).text(), row.at(1).text(), row.at(2).text())].insert(
            function_of(row.at(3).text(), row.at(4).text(), row.at(5).text()));
      }
    }
    return calls;
  }

  const fakes::TemporaryDirectory folder_;
};

std::string name_in(const std::string& function) {
  return function.substr(function.rfind('.') + 1);
}

struct Comparison {
  std::size_t wanted = 0, found = 0, agreed = 0, judged = 0, unjudged = 0;
};

// go/types reads the codebase alone, so its calls are true but not all. The graph's call is judged
// when go/types resolved a call of the same name by the same caller: then it must be that one.
Comparison compare(const std::map<std::string, std::set<std::string>>& oracle,
                   const std::map<std::string, std::set<std::string>>& graph) {
  Comparison result;
  std::map<std::string, std::size_t> missed, wrong;
  for (const auto& [caller, callees] : oracle) {
    const auto ours = graph.find(caller);
    for (const std::string& callee : callees) {
      ++result.wanted;
      if (ours != graph.end() && ours->second.contains(callee)) {
        ++result.found;
      } else if (++missed[callee] <= 1 && missed.size() <= 25) {
        std::cout << "missed: " << caller << " -> " << callee << '\n';
      }
    }
  }
  for (const auto& [caller, callees] : graph) {
    const auto truth = oracle.find(caller);
    for (const std::string& callee : callees) {
      const bool agreed = truth != oracle.end() && truth->second.contains(callee);
      const bool named = truth != oracle.end() &&
                         std::ranges::any_of(truth->second, [&](const std::string& other) {
                           return name_in(other) == name_in(callee);
                         });
      if (!named) {
        ++result.unjudged;
        continue;
      }
      ++result.judged;
      result.agreed += agreed ? 1 : 0;
      if (!agreed && ++wrong[callee] <= 1 && wrong.size() <= 25) {
        std::cout << "wrong: " << caller << " -> " << callee << '\n';
      }
    }
  }
  return result;
}

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

TEST_F(GraphOracleTest, WhatTheGraphSaysOfKubernetesIsWhatGoSays) {
  // go.mod says what the imports of the codebase's own packages begin with.
  const auto files = read_sources(kubernetes(), {""}, {".go", ".mod"});
  const Tenant owner = tenant("kubernetes");
  const auto worker = start_worker();
  send(files, {.tenant = owner, .ingestion_id = "whole"});
  const auto answer = analyzed("whole");
  ASSERT_TRUE(answer.has_value()) << worker->output();
  ASSERT_EQ(answer->graph.at("files"), files.size());

  Counts wanted;
  ask_oracle("definitions", files, [&](const nlohmann::json& one) {
    ++wanted[line_of(one["kind"], one["path"], one["scope"], one["name"], one["line"], one["end"])];
  });
  const Counts found = definitions_in_graph(owner);
  const std::size_t missed = misses(wanted, found, "missed");
  const std::size_t invented = misses(found, wanted, "invented");
  std::cout << "definitions: " << files.size() << " files; go/ast " << total(wanted) << ", graph "
            << total(found) << ", missed " << missed << ", invented " << invented << '\n';
  ASSERT_GT(total(wanted), 0u);
  EXPECT_LE(missed * 100, total(wanted));
  EXPECT_LE(invented * 100, total(found));

  std::map<std::string, std::set<std::string>> true_calls;
  ask_oracle("calls", files, [&](const nlohmann::json& one) {
    const auto name = [&](const char* side) {
      return function_of(one[side]["path"], one[side]["scope"], one[side]["name"]);
    };
    true_calls[name("caller")].insert(name("callee"));
  });
  const auto graph_calls = calls_in_graph(owner);
  const Comparison calls = compare(true_calls, graph_calls);
  std::cout << "calls: go/types " << calls.wanted << ", of them in the graph " << calls.found
            << " (recall " << ratio(calls.found, calls.wanted) << "); the graph's judged "
            << calls.judged << ", right " << calls.agreed << " (precision "
            << ratio(calls.agreed, calls.judged) << "); not judged, since go/types without the "
            << "packages outside resolves no such call: " << calls.unjudged << '\n';
  ASSERT_GT(calls.wanted, 0u);
  EXPECT_GE(ratio(calls.found, calls.wanted), kRecallFloor);
  EXPECT_GE(ratio(calls.agreed, calls.judged), kPrecisionFloor);
}

}  // namespace
}  // namespace argus::worker::live
