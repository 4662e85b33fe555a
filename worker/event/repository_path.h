// Paths as events carry them: relative to the repository's root, '/' between names.
//
// Threads: free functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argus::worker {

// What is wrong with a path, as the end of a sentence that begins with the path; std::nullopt when
// it is fine: relative, at most kPathBytesMax bytes, no empty, "." or ".." segment, no control
// character.
[[nodiscard]] std::optional<std::string> path_problem(std::string_view path);

}  // namespace argus::worker
