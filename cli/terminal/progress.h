// What a long command says while it works, on standard error: one line that is rewritten on a
// terminal, otherwise a line every few seconds.
//
// Threads: every method from any thread. Ownership: the stream outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"

namespace argus::cli {

inline constexpr std::chrono::milliseconds kTerminalPeriod{100};
inline constexpr std::chrono::milliseconds kLogPeriod{5000};

// "12,034"
[[nodiscard]] std::string with_thousands(std::uint64_t number);
// "60.3 MB", in steps of 1000
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
// "12 s", "3 min 20 s"
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

// Whether standard error is a terminal, and whether colours are wanted there (NO_COLOR).
struct TerminalTraits {
  bool is_terminal = false;
  bool colours = false;
};
[[nodiscard]] TerminalTraits standard_error_traits();

class Progress {
 public:
  Progress(std::ostream& out, TerminalTraits traits, base::Clock& clock)
      : out_(out), traits_(traits), clock_(clock) {}

  // Shows what goes on now; left out when the last one is too recent.
  void show(const std::string& text);
  // The same for the first of a new kind: never left out.
  void begin(const std::string& text);
  // A line that stays.
  void say(const std::string& text);
  // The same for what the reader should not miss.
  void warn(const std::string& text);
  // Takes the rewritten line away.
  void clear();

  // What it means when the command is interrupted from now on, as a sentence.
  void set_interruption(std::string sentence);
  [[nodiscard]] std::string interruption() const;

 private:
  void show_locked(const std::string& text) ARGUS_REQUIRES(mutex_);
  void clear_locked() ARGUS_REQUIRES(mutex_);

  std::ostream& out_ ARGUS_GUARDED_BY(mutex_);
  const TerminalTraits traits_;
  base::Clock& clock_;
  mutable base::Mutex mutex_;
  bool line_open_ ARGUS_GUARDED_BY(mutex_) = false;
  bool shown_before_ ARGUS_GUARDED_BY(mutex_) = false;
  base::Clock::Monotonic last_ ARGUS_GUARDED_BY(mutex_);
  std::string interruption_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::cli
