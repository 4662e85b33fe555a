// A golden case: tests/golden/argusdatalayer/<case>/input.yaml holds a resource, and a document of
// kind Facts that says which optional kinds the cluster serves.
#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/secrets/secret_uses.h"
#include "base/yaml_reader.h"
#include "fakes/places.h"

namespace argus::adl {

// Passwords that no manifest may show outside a Secret.
inline const std::string kTestPasswords[] = {"redpanda-admin-password", "argus-service-password",
                                             "falkordb-password-1", "valkey-password-1"};

struct RenderCase {
  std::string name;
  std::filesystem::path directory;
  Json resource;
  Spec spec;
  Facts facts;
};

// What a failing test calls it.
inline void PrintTo(const RenderCase& golden, std::ostream* out) { *out << golden.name; }

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::filesystem::path golden_directory() {
  return std::filesystem::path(fakes::source_path("tests/golden/argusdatalayer"));
}

inline Facts test_facts() {
  Facts facts;
  facts.ns = "argus-data";
  facts.name = "argus";
  facts.uid = "6f2b0f0e-6f0a-4b6e-9d55-0a1c7c1a9f10";
  facts.installation.api_server_addresses = {"203.0.113.10/32"};
  facts.installation.api_server_port = 6443;
  facts.secret_salt = "0b7c7a60-1d6e-4a0c-8f58-5a0f6f0c9b21";  // of a resource before this one
  facts.credentials = {kTestPasswords[0], kTestPasswords[1], kTestPasswords[2], kTestPasswords[3]};
  return facts;
}

inline RenderCase load_case(const std::filesystem::path& directory) {
  RenderCase loaded;
  loaded.name = directory.filename().string();
  loaded.directory = directory;
  loaded.facts = test_facts();
  for (const Json& document : base::parse_yaml(read_text(directory / "input.yaml"))) {
    if (document.at("kind") == "Facts") {
      loaded.facts.kinds.keda = document.value("keda", false);
      loaded.facts.kinds.flink = document.value("flink", false);
    } else {
      loaded.resource = document;
    }
  }
  const Json spec = loaded.resource.value("spec", Json::object());
  for (const Violation& violation : check_spec(spec)) {
    throw std::runtime_error(loaded.name + ": " + violation.to_string());
  }
  loaded.spec = parse_spec(spec);
  for (const std::string& name : referenced_secrets(loaded.spec)) {
    loaded.facts.secret_hashes[name] = "1111111111111111";
  }
  for (const std::string& name : generated_secrets(loaded.spec)) {
    loaded.facts.secret_hashes[name] = "2222222222222222";
  }
  return loaded;
}

inline std::vector<RenderCase> all_cases() {
  std::vector<std::filesystem::path> directories;
  for (const auto& entry : std::filesystem::directory_iterator(golden_directory())) {
    if (std::filesystem::exists(entry.path() / "input.yaml")) directories.push_back(entry.path());
  }
  std::sort(directories.begin(), directories.end());
  std::vector<RenderCase> cases;
  for (const auto& directory : directories) cases.push_back(load_case(directory));
  return cases;
}

}  // namespace argus::adl
