// YAML as Kubernetes uses it, read into JSON. yaml-cpp stays in yaml_reader.cpp.
//
// Threads: pure functions.
// Failure: YamlError, whose message starts with the line.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace argus::base {

// Nested deeper, a text is an attack or a mistake.
constexpr int kYamlDepthMax = 64;
// Aliases multiply: a small text can stand for more values than memory holds.
constexpr int kYamlValuesMax = 200'000;

class YamlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Every document of a text; empty documents are left out. Plain scalars become what YAML's core
// schema (YAML 1.2.2, section 10.3) makes of them: null, booleans, integers, floating-point
// numbers, else text.
[[nodiscard]] std::vector<nlohmann::json> parse_yaml(std::string_view text);

}  // namespace argus::base
