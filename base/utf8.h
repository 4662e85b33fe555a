// UTF-8 as bytes: whether text is, and where it can be cut.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argus::base {

// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view text);

// At most `bytes`, cut between characters: half of one would make a whole JSON document unreadable.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t bytes);

}  // namespace argus::base
