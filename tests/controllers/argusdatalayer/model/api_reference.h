// docs/api.md, rendered from the CRD.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// The whole page in Markdown; `crd` is the CustomResourceDefinition.
[[nodiscard]] std::string api_reference(const Json& crd);

}  // namespace argus::adl
