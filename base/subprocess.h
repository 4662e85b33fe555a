// A program started without a shell, and reaped exactly once, whatever happens.
//
// The child gets its three standard streams and no other file descriptor of this process.
//
// Threads: any thread may start one; an object is used from one thread. Ownership: the destructor
// ends a child that still runs, and waits for its end. Failure: std::system_error, which names the
// program, when it cannot be started; how it ended is a value.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace argus::base {

struct SubprocessOptions {
  std::string program;  // found in PATH when it has no slash
  std::vector<std::string> arguments;
  std::optional<std::vector<std::string>> environment;  // NAME=value; none: this process's
  // Descriptors of this process that become its streams; none: /dev/null.
  std::optional<int> input;
  std::optional<int> output;
  std::optional<int> errors;
  // A process group of its own: a terminal's Ctrl-C is not for it, and the destructor ends all of
  // the group.
  bool own_group = false;
  // The signals that this thread blocks stay blocked. Else the child blocks and ignores none.
  bool keep_blocked_signals = false;
  int end_signal = SIGKILL;  // what the destructor sends
};

struct SubprocessEnd {
  bool by_signal = false;
  int code = 0;  // the exit status, or the signal's number
};

class Subprocess {
 public:
  explicit Subprocess(const SubprocessOptions& options);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }
  // Blocks until it has ended.
  SubprocessEnd wait();

 private:
  const bool own_group_;
  const int end_signal_;
  pid_t id_ = -1;
  std::optional<SubprocessEnd> end_;  // set: it was reaped, and its id may be another's by now
};

}  // namespace argus::base
