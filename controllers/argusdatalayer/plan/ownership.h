// Whose an object is that has one of our names.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// We made it: it has our label.
[[nodiscard]] bool is_ours(const Json& object);
// Its maker gives it to the data layer, by an annotation.
[[nodiscard]] bool wants_adoption(const Json& object);
// What to do about an object that is somebody else's. `object`: as describe() names it.
[[nodiscard]] std::string name_taken(const std::string& object);

}  // namespace argus::adl
