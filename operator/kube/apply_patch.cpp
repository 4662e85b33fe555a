#include "kube/apply_patch.h"

#include <array>
#include <string_view>

namespace argus::kube {
namespace {

struct Escape {
  std::string_view utf8;
  std::string_view json;
};

// YAML 1.2, chapter 5.1: what is not a printable character, and what counts as a line break or byte
// order mark. C1 controls (U+0080 to U+009F) are handled apart.
constexpr std::array<Escape, 6> kEscapes = {{
    {"\x7f", "\\u007f"},
    {"\xe2\x80\xa8", "\\u2028"},
    {"\xe2\x80\xa9", "\\u2029"},
    {"\xef\xbb\xbf", "\\ufeff"},
    {"\xef\xbf\xbe", "\\ufffe"},
    {"\xef\xbf\xbf", "\\uffff"},
}};

bool is_c1_control(std::string_view text) {
  return text.size() >= 2 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) >= 0x80 &&
         static_cast<unsigned char>(text[1]) <= 0x9f;
}

// The escape that `text` starts with; how many bytes it replaces is in its utf8.
const Escape* escape_at(std::string_view text) {
  for (const Escape& escape : kEscapes) {
    if (text.substr(0, escape.utf8.size()) == escape.utf8) return &escape;
  }
  return nullptr;
}

}  // namespace

std::string apply_patch_of(const Json& object) {
  // Escaping all of Unicode (ensure_ascii) would write surrogate pairs, which YAML refuses.
  const std::string json = object.dump();
  std::string out;
  out.reserve(json.size());
  for (std::string_view rest = json; !rest.empty();) {
    constexpr std::string_view kHex = "0123456789abcdef";
    if (is_c1_control(rest)) {
      const auto low = static_cast<unsigned char>(rest[1]);
      out.append("\\u00").append(1, kHex[low >> 4U]).append(1, kHex[low & 0xFU]);
      rest.remove_prefix(2);
    } else if (const Escape* escape = escape_at(rest)) {
      out += escape->json;
      rest.remove_prefix(escape->utf8.size());
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace argus::kube
