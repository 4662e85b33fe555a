// Whether an object on the API server is what we want it to be, in the fields that we set.
//
// The server adds defaults and other writers add fields of their own, so that equality would never
// hold: what is wanted must be contained in what is there. Lists of things that have a key
// (containers, env, volumes, ports) are compared by that key, as server-side apply merges them;
// every other list must be equal element by element, and what has one owner (selectors, rules) must
// have no more members than are wanted. Quantities are equal when their values are.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// Events and logs name this many differences; more would hide what matters.
inline constexpr std::size_t kDifferencesMax = 8;

// The paths of what differs, as people write them: "spec.template.spec.containers[redpanda].image".
// Empty: nothing differs. At most kDifferencesMax.
[[nodiscard]] std::vector<std::string> differences(const Json& wanted, const Json& live);

// Hash of a manifest in canonical form (keys sorted, no white space).
[[nodiscard]] std::string manifest_hash(const Json& manifest);

// The manifest as it is applied: with its hash in the annotation kAppliedHashAnnotation.
[[nodiscard]] Json with_applied_hash(Json manifest);

// Whether the live object was applied from this very manifest: no field was dropped since.
[[nodiscard]] bool applied_from(const Json& manifest, const Json& live);

}  // namespace argus::adl
