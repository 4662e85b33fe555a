// Structured logging. Text with colours on a terminal, one JSON object a line otherwise, on
// standard error. A text field whose key names a secret (password, token, secret, authorization,
// api-key, ...) is printed as "[redacted]", and so is the password of a URL
// (scheme://user:password@host) wherever it stands: the last line of defence, not a licence to pass
// one.
//
//   log_info("applied", {{"namespace", ns}, {"kind", "StatefulSet"}, {"duration_ms", 12}});
//
// JSON: {"time": RFC 3339 in UTC, "level": "info", "message": ..., then the fields}. A field named
// time, level or message is printed with an underscore behind its name.
//
// A LogContext adds fields to every line that its thread writes while it lives:
//
//   const LogContext context({{"reconcileID", id}});
//
// Threads: every function may be called from any thread. A record is one line, whatever its text
// holds. Failure: none; what cannot be printed (bytes that are not UTF-8) is replaced.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace argus::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kAuto, kText, kJson };  // kAuto: text when standard error is a terminal

struct LogField {
  using Value = std::variant<std::string, std::int64_t, double, bool>;
  LogField(std::string_view field, std::string_view text) : key(field), value(std::string(text)) {}
  LogField(std::string_view field, const char* text) : key(field), value(std::string(text)) {}
  LogField(std::string_view field, const std::string& text) : key(field), value(text) {}
  LogField(std::string_view field, bool flag) : key(field), value(flag) {}
  LogField(std::string_view field, double number) : key(field), value(number) {}
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  LogField(std::string_view field, Integer number)
      : key(field), value(static_cast<std::int64_t>(number)) {}

  std::string_view key;
  Value value;
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kAuto;
};

// Call once, before threads start. Without it the defaults hold.
void configure_logging(const LogOptions& options);
// "debug", "info", "warning", "error"; throws std::invalid_argument that lists them otherwise.
LogLevel log_level_from(std::string_view name);

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kDebug, message, fields);
}
inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, message, fields);
}
inline void log_warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarning, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, message, fields);
}

// Fields of every line of this thread, in front of the line's own, while the object lives. A field
// of the same name nearer to the line (the line's own, or an inner context's) takes its place.
//
// Threads: made and destroyed on one thread, as a local variable. It does not cross threads: what
// is handed to another one (a queue, a callback, a std::jthread) is logged there without it.
class LogContext {
 public:
  // The keys outlive the context: literals.
  explicit LogContext(std::initializer_list<LogField> fields);
  ~LogContext();
  LogContext(const LogContext&) = delete;
  LogContext& operator=(const LogContext&) = delete;

 private:
  friend void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields);

  // The context's fields that no field in `line` replaces go in front of it, then the outer ones'.
  void add_to(std::vector<const LogField*>& line) const;

  const std::vector<LogField> fields_;
  const LogContext* const outer_;
};

}  // namespace argus::base
