// What a builder gives: an object, or std::nullopt when the spec does not ask for it.
//
// Threads: values.
#pragma once

#include <optional>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

using MaybeObject = std::optional<Json>;

}  // namespace argus::adl
