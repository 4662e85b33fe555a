#include "kube/read_file.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "kube/credentials.h"

namespace argus::kube {
namespace {

// A kubeconfig of a thousand clusters has a few MiB.
constexpr std::size_t kAccessFileBytesMax = std::size_t{16} << 20;

}  // namespace

std::string read_access_file(const std::string& path, const std::string& what) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char buffer[4096];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > kAccessFileBytesMax) {
      throw AccessError(what + " " + path + " is larger than " +
                        std::to_string(kAccessFileBytesMax) + " bytes: that is another file.");
    }
  }
  // An open that failed, or a read: of a directory, for example.
  if (!file.eof()) {
    throw AccessError(what + " " + path + " cannot be read: " +
                      std::generic_category().message(errno == 0 ? EIO : errno) + ".");
  }
  return text;
}

}  // namespace argus::kube
