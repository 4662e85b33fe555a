// A universal-ctags process in interactive sandbox mode (ctags-json-output(5), "interactive mode"):
// seccomp leaves it read and write on two open descriptors, so that a parser's bug in a stranger's
// source reaches neither files nor network. File contents go in, JSON lines come out.
//
// Threads: one at a time. Ownership: the process ends with the object. Failure: std::runtime_error
// when ctags cannot be started; a file it cannot do is a result.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/subprocess.h"

namespace argus::worker {

inline constexpr std::chrono::milliseconds kCtagsFileTimeout{10'000};  // one file, in and out
inline constexpr std::size_t kCtagsMaxOutput = 64U << 20U;             // bytes of JSON for one file
inline constexpr std::size_t kCtagsMaxMemory = 1U << 30U;  // address space of the process, bytes

enum class CtagsOutcome { kDone, kDied, kTimedOut, kTooMuch };

class CtagsChild {
 public:
  // `program`: a path, or a name looked up in PATH.
  explicit CtagsChild(std::string program, std::chrono::milliseconds timeout = kCtagsFileTimeout);
  CtagsChild(const CtagsChild&) = delete;
  CtagsChild& operator=(const CtagsChild&) = delete;

  // Puts the file's JSON lines into `lines` (replaced). After any outcome but kDone the process is
  // gone, and the next call starts another.
  CtagsOutcome tags(std::string_view path, std::string_view content, std::string& lines);

  // 0 when none runs.
  pid_t pid() const { return process_ ? process_->id() : 0; }

 private:
  void start();
  void stop();
  CtagsOutcome exchange(std::string_view request, std::string_view content, std::string& lines);

  std::string program_;
  std::chrono::milliseconds timeout_;
  base::Descriptor socket_;
  std::optional<base::Subprocess> process_;
};

}  // namespace argus::worker
