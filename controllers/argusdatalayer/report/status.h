// What an ArgusDataLayer's .status says: conditions, components, endpoints, totals, inventory.
//
// Source of the conditions' form: metav1.Condition; lastTransitionTime moves only when the status
// of a condition changes.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/report/status_input.h"
#include "base/clock.h"

namespace argus::adl {

[[nodiscard]] Json make_status(const StatusInput& input);

// The status of a layer of which nothing is applied: its spec is invalid, or the namespace
// belongs to another one.
[[nodiscard]] Json refused_status(const Json& layer, const std::string& reason,
                                  const std::string& message, base::Clock::Wall now);

// Whether two statuses say the same, whatever the order of their lists.
[[nodiscard]] bool same_status(Json one, Json other);

// "True", "False", "Unknown"; empty when the status has no such condition.
[[nodiscard]] std::string condition_status(const Json& status, std::string_view type);

}  // namespace argus::adl
