// Names of files as text that is safe to print and to send: what is no UTF-8 or steers a terminal
// is written as \xNN.
//
// Threads: free functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argus::cli {

[[nodiscard]] std::string printable(std::string_view text);

// At most `bytes` of UTF-8, cut between characters.
[[nodiscard]] std::string shortened(std::string text, std::size_t bytes);

}  // namespace argus::cli
