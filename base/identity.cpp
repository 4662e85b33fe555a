#include "base/identity.h"

#include <cstdint>
#include <random>

namespace argus::base {

std::string random_identity() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device random;
  std::string identity;
  for (int word = 0; word < 4; ++word) {
    const std::uint32_t bits = random();
    for (int shift = 28; shift >= 0; shift -= 4) identity += kDigits[(bits >> shift) & 15];
  }
  return identity;
}

}  // namespace argus::base
