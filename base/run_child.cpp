#include "base/run_child.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/descriptor.h"
#include "base/stop_event.h"
#include "base/subprocess.h"

namespace argus::base {
namespace {

// As much of standard error as an error message can use; the rest is read and dropped.
constexpr std::size_t kErrorBytesMax = 4096;

using SteadyClock = std::chrono::steady_clock;

// The child's environment: this process's, with `added` on top.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (added.find(text.substr(0, text.find('='))) == added.end()) variables.push_back(text);
  }
  for (const auto& [name, value] : added) variables.push_back(name + "=" + value);
  return variables;
}

// Readable when the process has exited. glibc 2.36 declares its own wrapper for C only.
int open_process(pid_t id) { return static_cast<int>(syscall(SYS_pidfd_open, id, 0)); }

SubprocessOptions options_of(const ChildProcess& process, const Pipe& output, const Pipe& errors) {
  SubprocessOptions options;
  options.program = process.command;
  options.arguments = process.arguments;
  options.environment = environment_with(process.environment);
  options.output = output.write_end.number();
  options.errors = errors.write_end.number();
  options.own_group = true;
  return options;
}

// Reads what is there; false at the end. Keeps at most `bytes_max`.
bool read_some(const Descriptor& from, std::string& to, std::size_t bytes_max) {
  char buffer[16384];
  const ssize_t got = read(from.number(), buffer, sizeof buffer);
  if (got <= 0) return got < 0 && errno == EINTR;
  const auto bytes = static_cast<std::size_t>(got);
  to.append(buffer, std::min(bytes, bytes_max - std::min(to.size(), bytes_max)));
  return true;
}

// Collects output until the child has exited and both pipes are drained; what ended it early, if
// anything.
std::optional<ChildResult::End> collect(const ChildProcess& process, Pipe& output, Pipe& errors,
                                        const Descriptor& exited, const StopEvent& stopped,
                                        ChildResult& result) {
  const auto deadline = SteadyClock::now() + process.timeout;
  bool running = true;
  while (true) {
    pollfd watched[4] = {{output.read_end.number(), POLLIN, 0},
                         {errors.read_end.number(), POLLIN, 0},
                         {running ? exited.number() : -1, POLLIN, 0},
                         {stopped.descriptor(), POLLIN, 0}};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    // After the exit only what the pipes hold already is read: a grandchild may keep them open.
    const int wait = running ? static_cast<int>(std::max<std::int64_t>(left, 0)) : 0;
    const int ready = poll(watched, 4, wait);
    if (ready < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (ready < 0) continue;
    if (watched[3].revents != 0) return ChildResult::End::kStopped;
    // One byte more than allowed tells that there was more.
    if (watched[0].revents != 0 &&
        !read_some(output.read_end, result.output, process.output_bytes_max + 1)) {
      output.read_end.reset();
    }
    if (result.output.size() > process.output_bytes_max) return ChildResult::End::kTooMuchOutput;
    if (watched[1].revents != 0 && !read_some(errors.read_end, result.errors, kErrorBytesMax)) {
      errors.read_end.reset();
    }
    if (watched[2].revents != 0) running = false;
    const bool quiet = watched[0].revents == 0 && watched[1].revents == 0;
    if (!running && quiet && watched[2].revents == 0) return std::nullopt;
    if (SteadyClock::now() >= deadline) return ChildResult::End::kTimeout;
  }
}

}  // namespace

ChildResult run_child(const ChildProcess& process, std::stop_token stop) {
  Pipe output, errors;
  const StopEvent stopped(stop);
  Subprocess child(options_of(process, output, errors));
  output.write_end.reset();
  errors.write_end.reset();
  const Descriptor exited = checked_descriptor(open_process(child.id()), "pidfd_open");

  ChildResult result;
  if (const auto early = collect(process, output, errors, exited, stopped, result)) {
    result.end = *early;
    return result;  // the child's group is killed
  }
  const SubprocessEnd end = child.wait();
  result.end = end.by_signal ? ChildResult::End::kKilledBySignal : ChildResult::End::kExited;
  result.code = end.code;
  return result;
}

}  // namespace argus::base
