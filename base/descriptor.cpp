#include "base/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace argus::base {

void Descriptor::reset() {
  if (number_ >= 0) close(std::exchange(number_, -1));
}

Descriptor checked_descriptor(int number, const std::string& what) {
  if (number < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(number);
}

Pipe::Pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  read_end = Descriptor(ends[0]);
  write_end = Descriptor(ends[1]);
}

}  // namespace argus::base
