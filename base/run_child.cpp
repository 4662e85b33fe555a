#include "kube/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace argus::kube {
namespace {

// As much of standard error as an error message can use; the rest is read and dropped.
constexpr std::size_t kErrorBytesMax = 4096;

using SteadyClock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  [[nodiscard]] int number() const { return number_; }
  void reset() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

Descriptor checked(int number, const char* what) {
  if (number < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(number);
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;

  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe");
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
  }
};

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

// As execve() wants them; valid as long as `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Readable when the process has exited. glibc 2.36 declares its own wrapper for C only.
int open_process(pid_t id) { return static_cast<int>(syscall(SYS_pidfd_open, id, 0)); }

pid_t spawn(const ChildProcess& process, const Pipe& output, const Pipe& errors) {
  std::vector<std::string> arguments = {process.command};
  arguments.insert(arguments.end(), process.arguments.begin(), process.arguments.end());
  std::vector<std::string> environment = environment_with(process.environment);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output.write_end.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, errors.write_end.number(), STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  pid_t child = 0;
  const int failed = posix_spawnp(&child, process.command.c_str(), &files, &attributes,
                                  pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), process.command);
  return child;
}

// A child under way: whatever happens, it is reaped, and its group does not outlive a broken limit.
class RunningChild {
 public:
  explicit RunningChild(pid_t child) : child_(child) {}
  ~RunningChild() {
    if (reaped_) return;
    kill(-child_, SIGKILL);
    reap();
  }
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;

  int reap() {
    int status = 0;
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return status;
  }

 private:
  const pid_t child_;
  bool reaped_ = false;
};

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
                                        const Descriptor& exited, const Descriptor& stopped,
                                        ChildResult& result) {
  const auto deadline = SteadyClock::now() + process.timeout;
  bool running = true;
  while (true) {
    pollfd watched[4] = {{output.read_end.number(), POLLIN, 0},
                         {errors.read_end.number(), POLLIN, 0},
                         {running ? exited.number() : -1, POLLIN, 0},
                         {stopped.number(), POLLIN, 0}};
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
  const Descriptor stopped = checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
  const std::stop_callback on_stop(stop, [&] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(stopped.number(), &one, sizeof one);
  });
  const pid_t id = spawn(process, output, errors);
  RunningChild child(id);
  output.write_end.reset();
  errors.write_end.reset();
  const Descriptor exited = checked(open_process(id), "pidfd_open");

  ChildResult result;
  if (const auto early = collect(process, output, errors, exited, stopped, result)) {
    result.end = *early;
    return result;  // the child's group is killed
  }
  const int status = child.reap();
  result.end = WIFEXITED(status) ? ChildResult::End::kExited : ChildResult::End::kKilledBySignal;
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  return result;
}

}  // namespace argus::kube
