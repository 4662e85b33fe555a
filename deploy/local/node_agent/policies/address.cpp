#include "node_policies/address.h"

#include <arpa/inet.h>

#include <charconv>

namespace argus::node {
namespace {

constexpr unsigned kAddressBits = 32;

}  // namespace

std::optional<Address> parse_address(const std::string& text) {
  in_addr parsed{};
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) return std::nullopt;
  return ntohl(parsed.s_addr);
}

std::string to_string(Address address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (!text.empty()) text += '.';
    text += std::to_string(address >> shift & 0xffU);
  }
  return text;
}

std::optional<Range> parse_block(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::optional<Address> address = parse_address(text.substr(0, slash));
  unsigned prefix = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, prefix);
  if (!address || error != std::errc() || rest != end || prefix > kAddressBits) return std::nullopt;
  // A shift by 32 is undefined.
  const Address host = prefix == 0 ? ~Address{0} : (Address{1} << (kAddressBits - prefix)) - 1;
  return Range{*address & ~host, *address | host};
}

}  // namespace argus::node
