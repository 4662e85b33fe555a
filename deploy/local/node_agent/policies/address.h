// IPv4 addresses as numbers, so that blocks of them can be computed with.
//
// Threads: pure. Failure: text that is not an IPv4 address or block gives std::nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node_policies/range_set.h"

namespace argus::node {

using Address = std::uint32_t;

[[nodiscard]] std::optional<Address> parse_address(const std::string& text);
[[nodiscard]] std::string to_string(Address address);

// "10.244.0.0/24", from its first address to its last.
[[nodiscard]] std::optional<Range> parse_block(const std::string& text);

}  // namespace argus::node
