// What a long command says while it works, on standard error: one line that is rewritten on a
// terminal, otherwise a line every few seconds.
//
// Threads: every method from any thread. Ownership: the stream outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>

#include "base/clock.h"

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
  void show_locked(const std::string& text);
  void clear_locked();

  std::ostream& out_;
  const TerminalTraits traits_;
  base::Clock& clock_;
  mutable std::mutex mutex_;
  // Protected by mutex_:
  bool line_open_ = false;
  bool shown_before_ = false;
  base::Clock::Monotonic last_;
  std::string interruption_;
};

}  // namespace argus::cli
