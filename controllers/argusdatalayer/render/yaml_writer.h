// Manifests as people read them: YAML out (base/yaml_reader.h reads it).
//
// Written here and not by a library, because golden files compare the text: it must be the same
// whatever the version of a library.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// One document in block style, keys sorted, without the leading "---".
[[nodiscard]] std::string to_yaml(const Json& value);

// Documents, each after a "---".
[[nodiscard]] std::string to_yaml_stream(const std::vector<Json>& documents);

}  // namespace argus::adl
