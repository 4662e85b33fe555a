// Which Secrets the pods of a workload are started with.
//
// Threads: pure functions.
#pragma once

#include <set>
#include <string>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// The names in its variables and volumes; nothing for an object that is no workload.
[[nodiscard]] std::set<std::string> secrets_read_by(const Json& manifest);

}  // namespace argus::adl
