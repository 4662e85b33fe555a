#include "base/clock.h"

#include <charconv>
#include <cstdio>

#include "base/mutex.h"

namespace argus::base {
namespace {

class SystemClock final : public Clock {
 public:
  Wall wall() const override { return std::chrono::system_clock::now(); }
  Monotonic monotonic() const override { return std::chrono::steady_clock::now(); }

  bool wait_until(ConditionVariable& condition, MutexLock& lock, std::stop_token stop,
                  Monotonic deadline, const std::function<bool()>& ready) override {
    return condition.wait_until(lock, std::move(stop), deadline, ready);
  }
};

std::string date_and_time(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

// Takes a fixed-format text apart from the left; each step says whether the text still fits.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    const std::string_view part = rest_.substr(0, digits);
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return false;
    std::from_chars(part.data(), part.data() + part.size(), value);
    rest_.remove_prefix(digits);
    return true;
  }
  bool one_of(std::string_view characters, char& found) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    found = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  bool literal(char character) {
    char found = 0;
    return one_of(std::string_view(&character, 1), found);
  }
  std::string_view digits() {
    const std::string_view part = rest_.substr(0, rest_.find_first_not_of("0123456789"));
    rest_.remove_prefix(part.size());
    return part;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Digits after the point; what is finer than a microsecond is cut off.
std::chrono::microseconds fraction_of_second(std::string_view digits) {
  std::int64_t value = 0;
  for (std::size_t place = 0; place < 6; ++place) {
    value = value * 10 + (place < digits.size() ? digits[place] - '0' : 0);
  }
  return std::chrono::microseconds(value);
}

}  // namespace

bool Clock::sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) {
  Mutex mutex;
  ConditionVariable condition;
  MutexLock lock(mutex);
  const auto deadline = monotonic() + duration;
  wait_until(condition, lock, stop, deadline, [] { return false; });
  return !stop.stop_requested();
}

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

std::string to_rfc3339(Clock::Wall time) {
  return date_and_time(std::chrono::floor<std::chrono::seconds>(time)) + "Z";
}

std::string to_rfc3339_micro(Clock::Wall time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time - second);
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>(micros.count()));
  return date_and_time(second) + fraction;
}

std::optional<Clock::Wall> from_rfc3339(std::string_view text) {
  Scanner scan(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  char separator = 0;
  if (!(scan.number(4, year) && scan.literal('-') && scan.number(2, month) && scan.literal('-') &&
        scan.number(2, day) && scan.one_of("Tt", separator) && scan.number(2, hour) &&
        scan.literal(':') && scan.number(2, minute) && scan.literal(':') &&
        scan.number(2, second))) {
    return std::nullopt;
  }
  std::chrono::microseconds fraction{0};
  if (scan.literal('.')) {
    const std::string_view digits = scan.digits();
    if (digits.empty()) return std::nullopt;
    fraction = fraction_of_second(digits);
  }
  char zone = 0;
  int offset_hours = 0, offset_minutes = 0;
  if (!scan.one_of("Zz+-", zone)) return std::nullopt;
  if (zone == '+' || zone == '-') {
    if (!(scan.number(2, offset_hours) && scan.literal(':') && scan.number(2, offset_minutes))) {
      return std::nullopt;
    }
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  // RFC 3339 allows second 60 for a leap second; it becomes the first second of the next minute.
  if (!scan.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60 ||
      offset_hours > 23 || offset_minutes > 59) {
    return std::nullopt;
  }
  const auto offset = std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes);
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - (zone == '-' ? -offset : offset);
}

}  // namespace argus::base
