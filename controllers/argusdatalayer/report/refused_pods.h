// Why the cluster refuses the pods of a StatefulSet (a quota, a LimitRange, Pod Security, a
// webhook): its status does not say, only the controller manager's Events do.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// Whether the set has fewer pods than it asks for, as far as the controller manager has looked:
// then its Events are worth a look.
[[nodiscard]] bool lacks_pods(const Json& stateful_set);

// The refusal that the newest of these Events tells of; std::nullopt when a pod was made since.
// `events`: those about one StatefulSet, in any order.
[[nodiscard]] std::optional<std::string> refusal_of_pods(const std::vector<Json>& events);

}  // namespace argus::adl
