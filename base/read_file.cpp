#include "base/read_file.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace argus::base {

std::variant<std::string, FileProblem> read_file(const std::string& path, std::size_t bytes_max) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char buffer[4096];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > bytes_max) {
      return FileProblem{"is larger than " + std::to_string(bytes_max) +
                         " bytes: that is another file."};
    }
  }
  // An open that failed, or a read: of a directory, for example.
  if (!file.eof()) {
    return FileProblem{
        "cannot be read: " + std::generic_category().message(errno == 0 ? EIO : errno) + "."};
  }
  return text;
}

}  // namespace argus::base
