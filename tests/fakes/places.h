// Where the source tree and the build of these tests lie. Compiled once, in one file: a path in every
// test's command line would have ccache miss every test in another checkout.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace argus::fakes {

// "/.../deploy/samples" for "deploy/samples".
[[nodiscard]] std::string source_path(std::string_view below);
// "/.../build/dev/bin/argusctl" for "bin/argusctl".
[[nodiscard]] std::string build_path(std::string_view below);

}  // namespace argus::fakes
