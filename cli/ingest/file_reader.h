// Reads one file of a tree, as long as it is a regular file of bounded size.
//
// Threads: free functions. Failure: none; why a file cannot be read is a value.
#pragma once

#include <string>
#include <variant>

namespace argus::cli {

struct Unreadable {
  std::string reason;  // as it stands in the manifest
};

// `path` is relative to `root`. A link in place of the file is not followed.
[[nodiscard]] std::variant<std::string, Unreadable> read_source(const std::string& root,
                                                                const std::string& path);

}  // namespace argus::cli
