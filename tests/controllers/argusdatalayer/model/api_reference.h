// docs/api.md, rendered from the CRD and the defaults.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// The whole page in Markdown; `crd` is the CustomResourceDefinition, `spec` the schema of its .spec
// with the defaults.
[[nodiscard]] std::string api_reference(const Json& crd, const Json& spec);

}  // namespace argus::adl
