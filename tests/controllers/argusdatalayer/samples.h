// The resources that the specification's tests read: the samples, and those that must be refused.
//
// Threads: functions that read files of the source tree. Failure: a missing file fails the test
// that asks.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "base/yaml_reader.h"
#include "fakes/places.h"

namespace argus::adl {

inline std::string read_source(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(fakes::source_path("")) / path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Sample {
  std::string name;  // of the file, without its extension
  Json resource;
  std::string refused_by_server;  // "# expect: ": a part of what the API server answers
  std::string refused_at_apply;   // "# expect at kubectl apply: " (it sends a POST), else the same
  std::string refused_by_checks;  // "# expect without a server: ", else the same
};

// What stands behind `prefix` on a line of its own; empty when there is none.
inline std::string comment(const std::string& text, const std::string& prefix) {
  const std::size_t start = text.rfind(prefix, 0) == 0 ? 0 : text.find("\n" + prefix);
  if (start == std::string::npos) return {};
  const std::size_t begin = text.find(prefix, start) + prefix.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

// Every YAML file of a folder of the source tree, in the order of their names.
inline std::vector<Sample> samples_in(const std::string& folder) {
  std::vector<Sample> samples;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(fakes::source_path("")) / folder)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = read_source(entry.path());
    Sample sample;
    sample.name = entry.path().stem().string();
    sample.resource = base::parse_yaml(text).at(0);
    sample.refused_by_server = comment(text, "# expect: ");
    sample.refused_at_apply = comment(text, "# expect at kubectl apply: ");
    if (sample.refused_at_apply.empty()) sample.refused_at_apply = sample.refused_by_server;
    sample.refused_by_checks = comment(text, "# expect without a server: ");
    if (sample.refused_by_checks.empty()) sample.refused_by_checks = sample.refused_by_server;
    samples.push_back(std::move(sample));
  }
  std::sort(samples.begin(), samples.end(),
            [](const Sample& one, const Sample& other) { return one.name < other.name; });
  return samples;
}

inline std::vector<Sample> invalid_samples() {
  return samples_in("tests/golden/argusdatalayer/invalid");
}

}  // namespace argus::adl
