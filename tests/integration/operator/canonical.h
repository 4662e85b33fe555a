// An object without what differs between two runs that did the same: identities, times, versions,
// what the server allotted, generated passwords and the hashes of them.
//
// Threads: pure functions.
#pragma once

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// What somebody asked for, in this very object: comparable over time.
[[nodiscard]] Json content(Json object);
// Comparable between namespaces, too.
[[nodiscard]] Json canonical(const Json& object);

}  // namespace argus::adl
