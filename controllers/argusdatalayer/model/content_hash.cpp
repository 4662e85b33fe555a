#include "argusdatalayer/model/content_hash.h"

#include <cstdint>

namespace argus::adl {

std::string content_hash(std::string_view content) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char character : content) {
    hash ^= static_cast<unsigned char>(character);
    hash *= 0x100000001b3ULL;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[text.size() - 1 - i] = kDigits[hash & 0xf];
    hash >>= 4;
  }
  return text;
}

}  // namespace argus::adl
