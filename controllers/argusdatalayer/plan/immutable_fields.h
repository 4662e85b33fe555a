// Fields that the API server never changes once an object exists. Whoever wants them otherwise
// makes the object anew; sent along, they would have every other field of it refused, too.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// The immutable fields in which the live StatefulSet is not what the manifest asks for, a label or
// a storage class too many included; empty for every other kind. Source: ValidateStatefulSetUpdate,
// pkg/apis/apps/validation/validation.go of Kubernetes.
[[nodiscard]] std::vector<std::string> immutable_differences(const Json& manifest,
                                                             const Json& live);

}  // namespace argus::adl
