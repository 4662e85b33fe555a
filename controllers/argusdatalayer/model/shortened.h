// Text cut to a number of bytes, at a character and not inside one (UTF-8): half a character makes
// a whole status unreadable to the API server.
//
// Threads: pure function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argus::adl {

[[nodiscard]] inline std::string shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == 0x80U) --bytes;
  return std::string(text.substr(0, bytes));
}

}  // namespace argus::adl
