#include "base/shutdown.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace argus::base {
namespace {

// What a process manager and a terminal send to end a process.
sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

void raise_event(int event) {
  const std::uint64_t one = 1;
  // An eventfd refuses a write only when its counter is full, which is as good as written.
  [[maybe_unused]] const ssize_t written = write(event, &one, sizeof one);
}

}  // namespace

Shutdown::Shutdown() {
  const sigset_t set = stop_signals();
  const int failed = pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), "block SIGTERM");
  signals_ = checked(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  requested_ = checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
  finished_ = checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

Shutdown::~Shutdown() {
  if (impatient_.joinable()) {
    raise_event(finished_);
    impatient_.join();
  }
  close(finished_);
  close(requested_);
  close(signals_);
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::stop_token Shutdown::token() const { return source_.get_token(); }

void Shutdown::request() {
  source_.request_stop();
  raise_event(requested_);
}

int Shutdown::next_signal(int event) const {
  while (true) {
    pollfd watched[2] = {{signals_, POLLIN, 0}, {event, POLLIN, 0}};
    if (poll(watched, 2, -1) < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "wait for a signal");
    }
    signalfd_siginfo info{};
    if ((watched[0].revents & POLLIN) != 0 && read(signals_, &info, sizeof info) == sizeof info) {
      return static_cast<int>(info.ssi_signo);
    }
    if ((watched[1].revents & POLLIN) != 0) return 0;
  }
}

int Shutdown::wait() {
  const int signal_number = next_signal(requested_);
  source_.request_stop();
  if (!impatient_.joinable()) {
    impatient_ = std::thread([this] {
      const int again = next_signal(finished_);
      if (again != 0) _exit(128 + again);
    });
  }
  return signal_number;
}

}  // namespace argus::base
