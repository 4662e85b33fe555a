// Names of files as text that is safe to print and to send: invalid UTF-8 and terminal control
// characters are written as \xNN.
//
// Threads: free functions.
#pragma once

#include <string>
#include <string_view>

namespace argus::cli {

[[nodiscard]] std::string printable(std::string_view text);

}  // namespace argus::cli
