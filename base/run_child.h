// Runs a program without a shell and collects what it prints, within limits of time and size.
//
// The child gets this process's environment and more, /dev/null as its input, a process group of
// its own, no file descriptors but its three, and no blocked signals. When a limit is passed or
// stop is requested, the whole group is killed.
//
// Threads: may be called from any thread; blocks its caller.
// Failure: std::system_error when the program cannot be started; how it ended is a value.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace argus::base {

struct ChildProcess {
  std::string command;  // found in PATH when it has no slash
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // added to this process's
  std::chrono::milliseconds timeout;
  std::size_t output_bytes_max;
};

struct ChildResult {
  enum class End { kExited, kKilledBySignal, kTimeout, kTooMuchOutput, kStopped };
  End end = End::kExited;
  int code = 0;  // the exit status or the signal's number
  std::string output;
  std::string errors;  // the beginning of what it printed on standard error
};

ChildResult run_child(const ChildProcess& process, std::stop_token stop);

}  // namespace argus::base
