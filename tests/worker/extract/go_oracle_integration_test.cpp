// Compares the extractor's functions and types with go/ast's for every Go file of a real codebase.
// ARGUS_TEST_GO_CORPUS names the codebase's root; without it, k8s.io/kubernetes in the module
// cache.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "extract/extractor.h"
#include "fakes/places.h"

namespace argus::worker {
namespace {

namespace fs = std::filesystem;

// The newest k8s.io/kubernetes of the module cache; empty when there is none.
fs::path corpus() {
  if (const char* given = std::getenv("ARGUS_TEST_GO_CORPUS")) return given;
  std::string cache;
  FILE* pipe = popen("go env GOMODCACHE", "r");
  if (pipe == nullptr) return {};
  for (int byte = fgetc(pipe); byte != EOF && byte != '\n'; byte = fgetc(pipe)) {
    cache.push_back(static_cast<char>(byte));
  }
  pclose(pipe);
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::path(cache) / "k8s.io", none)) {
    if (entry.path().filename().string().starts_with("kubernetes@")) found.push_back(entry.path());
  }
  return found.empty() ? fs::path() : *std::max_element(found.begin(), found.end());
}

std::vector<std::string> go_files(const fs::path& root) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".go") continue;
    paths.push_back(entry.path().lexically_relative(root).generic_string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// How often each definition occurs; the key is its kind, path, scope, name, first and last line.
using Counts = std::map<std::string, int>;

std::string key(const std::string& kind, const std::string& path, const std::string& scope,
                const std::string& name, std::uint64_t line, std::uint64_t end) {
  return kind + ' ' + path + ' ' + scope + '.' + name + ' ' + std::to_string(line) + '-' +
         std::to_string(end);
}

Counts by_oracle(const fs::path& root, const std::vector<std::string>& paths) {
  const fs::path folder = fs::path(testing::TempDir()) / "argus_go_oracle";
  fs::create_directories(folder);
  std::ofstream list(folder / "paths");
  for (const auto& path : paths) list << path << '\n';
  list.close();
  setenv("ORACLE_SOURCE", fakes::source_path("tests/integration/go_oracle").c_str(), 1);
  setenv("ORACLE_FOLDER", folder.c_str(), 1);
  setenv("ORACLE_ROOT", root.c_str(), 1);
  const int status = std::system(
      "cd \"$ORACLE_SOURCE\" && GOTOOLCHAIN=local go run . -definitions "
      "\"$ORACLE_ROOT\" <\"$ORACLE_FOLDER/paths\" >\"$ORACLE_FOLDER/definitions\"");
  EXPECT_EQ(status, 0) << "The Go program in tests/integration/go_oracle failed (above).";
  Counts counts;
  std::ifstream output(folder / "definitions");
  for (std::string line; std::getline(output, line);) {
    const auto one = nlohmann::json::parse(line);
    ++counts[key(one["kind"], one["path"], one["scope"], one["name"], one["line"], one["end"])];
  }
  return counts;
}

Counts by_extractor(const fs::path& root, const std::vector<std::string>& paths) {
  Extractor extractor;
  Counts counts;
  for (const auto& path : paths) {
    const FileFacts facts = extractor.extract(path, contents(root / path));
    for (const Definition& one : facts.definitions) {
      if (one.label == DefinitionLabel::kVariable) continue;
      const bool type = one.label == DefinitionLabel::kClass;
      const std::string kind = type ? "type" : one.scope.empty() ? "func" : "method";
      ++counts[key(kind, path, one.scope, one.name, one.line, one.end_line)];
    }
  }
  return counts;
}

// How many of `wanted` are not in `found`, printing the first ones.
std::size_t misses(const Counts& wanted, const Counts& found, const char* title) {
  constexpr std::size_t kShown = 20;
  std::size_t count = 0;
  std::map<std::string, std::size_t> kinds;
  for (const auto& [definition, times] : wanted) {
    const auto other = found.find(definition);
    const int missing = times - (other == found.end() ? 0 : other->second);
    if (missing <= 0) continue;
    if (count < kShown) std::cout << title << ": " << definition << '\n';
    count += static_cast<std::size_t>(missing);
    kinds[definition.substr(0, definition.find(' '))] += static_cast<std::size_t>(missing);
  }
  for (const auto& [kind, number] : kinds) {
    std::cout << title << ", " << kind << ": " << number << '\n';
  }
  return count;
}

std::size_t total(const Counts& counts) {
  std::size_t sum = 0;
  for (const auto& [definition, times] : counts) sum += static_cast<std::size_t>(times);
  return sum;
}

TEST(GoOracle, FunctionsAndTypesEqualGoAst) {
  const fs::path root = corpus();
  ASSERT_TRUE(fs::is_directory(root))
      << "There is no Go codebase to compare with: build the local API server, which puts "
         "k8s.io/kubernetes into the module cache, or set ARGUS_TEST_GO_CORPUS to a directory.";
  const std::vector<std::string> paths = go_files(root);
  ASSERT_FALSE(paths.empty()) << root << " holds no Go files.";
  const Counts wanted = by_oracle(root, paths);
  const Counts found = by_extractor(root, paths);
  const std::size_t missed = misses(wanted, found, "missed");
  const std::size_t invented = misses(found, wanted, "invented");
  std::cout << paths.size() << " files; go/ast: " << total(wanted)
            << ", extractor: " << total(found) << ", missed: " << missed
            << ", invented: " << invented << '\n';
  ASSERT_GT(total(wanted), 0U);
  EXPECT_LE(missed * 100, total(wanted)) << "more than 1 % of what go/ast lists is missing";
  EXPECT_LE(invented * 100, total(found)) << "more than 1 % is not what go/ast lists";
}

}  // namespace
}  // namespace argus::worker
