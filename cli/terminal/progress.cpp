#include "cli/terminal/progress.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace argus::cli {
namespace {

constexpr const char* kEraseLine = "\r\x1b[K";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kPlain = "\x1b[0m";

}  // namespace

std::string with_thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  // 999.95 would be printed as 1000.0.
  while (value >= 999.95 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, kUnits[unit]);
  return text;
}

std::string duration_text(std::chrono::milliseconds duration) {
  const auto tenths = duration.count() / 100;
  if (tenths < 100) return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
  const auto seconds = duration.count() / 1000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

TerminalTraits standard_error_traits() {
  // Read once, before any thread starts.
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  const char* kind = std::getenv("TERM");          // NOLINT(concurrency-mt-unsafe)
  const bool dumb = kind != nullptr && std::string(kind) == "dumb";
  const bool terminal = isatty(STDERR_FILENO) != 0 && !dumb;
  return {terminal, terminal && (no_color == nullptr || *no_color == '\0')};
}

void Progress::show(const std::string& text) {
  const base::MutexLock lock(mutex_);
  const auto period = traits_.is_terminal ? kTerminalPeriod : kLogPeriod;
  if (!shown_before_ || clock_.monotonic() - last_ >= period) show_locked(text);
}

void Progress::begin(const std::string& text) {
  const base::MutexLock lock(mutex_);
  show_locked(text);
}

void Progress::show_locked(const std::string& text) {
  shown_before_ = true;
  last_ = clock_.monotonic();
  if (!traits_.is_terminal) {
    out_ << text << "\n" << std::flush;
    return;
  }
  out_ << kEraseLine << (traits_.colours ? kDim : "") << text << (traits_.colours ? kPlain : "")
       << std::flush;
  line_open_ = true;
}

void Progress::say(const std::string& text) {
  const base::MutexLock lock(mutex_);
  clear_locked();
  out_ << text << "\n" << std::flush;
}

void Progress::warn(const std::string& text) {
  const base::MutexLock lock(mutex_);
  clear_locked();
  out_ << (traits_.colours ? kYellow : "") << text << (traits_.colours ? kPlain : "") << "\n"
       << std::flush;
}

void Progress::clear() {
  const base::MutexLock lock(mutex_);
  clear_locked();
}

void Progress::clear_locked() {
  if (line_open_) out_ << kEraseLine << std::flush;
  line_open_ = false;
}

void Progress::set_interruption(std::string sentence) {
  const base::MutexLock lock(mutex_);
  interruption_ = std::move(sentence);
}

std::string Progress::interruption() const {
  const base::MutexLock lock(mutex_);
  return interruption_;
}

}  // namespace argus::cli
