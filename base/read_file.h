// A small file that a person or the cluster put there for us, whole.
//
// Threads: any. Failure: none; why a file cannot be read is a value.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

namespace argus::base {

struct FileProblem {
  std::string text;  // "cannot be read: Permission denied.": goes behind the file's name
};

[[nodiscard]] std::variant<std::string, FileProblem> read_file(const std::string& path,
                                                               std::size_t bytes_max);

}  // namespace argus::base
