// Base64 with padding (RFC 4648, section 4).
//
// Threads: pure functions. Failure: decoding what is not base64 gives std::nullopt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argus::base {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Line breaks and spaces are skipped, as YAML block scalars and MIME have them.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace argus::base
