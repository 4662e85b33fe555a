// The `data` of a Secret as the API has it: base64 of the bytes.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "argusdatalayer/model/json.h"
#include "base/base64.h"

namespace argus::adl {

using base::base64_encode;

// The decoded value of a key of a Secret; std::nullopt when it is missing or not base64.
[[nodiscard]] std::optional<std::string> secret_value(const Json& secret, std::string_view key);

}  // namespace argus::adl
