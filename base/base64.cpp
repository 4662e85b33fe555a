#include "base/base64.h"

#include <cstdint>

namespace argus::base {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits not yet written
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) text += kAlphabet[bits >> (held - 6) & 0x3FU];
  }
  if (held > 0) text += kAlphabet[bits << (6 - held) & 0x3FU];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  std::size_t characters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    ++characters;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    // Of every four characters the second, third and fourth complete a byte.
    const std::size_t place = (characters - 1) % 4;
    if (place > 0) bytes += static_cast<char>(bits >> (6 - 2 * place) & 0xFFU);
  }
  // At most two characters of padding, and the bits that stand for no byte are zero.
  if (characters % 4 != 0 || padding > 2) return std::nullopt;
  if (padding > 0 && (bits & (padding == 1 ? 0x3U : 0xFU)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace argus::base
