// Bytes that a thread writes into one end of a socket while a test reads the other, as a pod reads
// its standard input: it may stop reading at any time.
//
// Threads: use from one.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace argus::fakes {

class ByteStream {
 public:
  explicit ByteStream(std::string bytes) : bytes_(std::move(bytes)) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) != 0) {
      throw std::runtime_error("no socket");
    }
    std::string_view rest = bytes_;
    if (send_some(rest, MSG_DONTWAIT)) return;  // it fits the socket: no thread is needed
    writer_ = std::jthread([this, rest]() mutable { send_some(rest, 0); });
  }
  ~ByteStream() {
    shutdown(ends_[0], SHUT_RD);  // the writer ends
    if (writer_.joinable()) writer_.join();
    for (const int end : ends_) close(end);
  }
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  [[nodiscard]] int number() const { return ends_[0]; }

 private:
  // False when there is no room now.
  bool send_some(std::string_view& rest, int flags) const {
    while (!rest.empty()) {
      const ssize_t count = send(ends_[1], rest.data(), rest.size(), MSG_NOSIGNAL | flags);
      if (count < 0 && errno == EAGAIN) return false;
      if (count <= 0) break;  // the reader wants no more
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    shutdown(ends_[1], SHUT_WR);
    return true;
  }

  const std::string bytes_;
  std::array<int, 2> ends_{};
  std::jthread writer_;
};

}  // namespace argus::fakes
