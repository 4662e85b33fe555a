#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/clock.h"

namespace argus::base {
namespace {

constexpr std::string_view kRedacted = "[redacted]";

// Parts of a field's name, without case, '-', '_' and '.', that say its value is a secret.
constexpr std::array<std::string_view, 10> kSecretNames = {
    "password", "passwd", "passphrase", "token",      "secret",
    "apikey",   "cookie", "credential", "privatekey", "authorization"};

bool names_a_secret(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    if (c != '-' && c != '_' && c != '.') {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return std::any_of(kSecretNames.begin(), kSecretNames.end(),
                     [&](std::string_view name) { return plain.find(name) != std::string::npos; });
}

// scheme://user:password@host becomes scheme://user:[redacted]@host (RFC 3986, section 3.2.1).
std::string without_url_passwords(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return out.append(text);
    const std::size_t start = scheme_end + 3;
    const std::size_t authority_end = text.find_first_of("/?# \t\n\"'", start);
    const std::string_view authority = text.substr(start, authority_end - start);
    const std::size_t at = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    out.append(text.substr(0, start));
    if (at != std::string_view::npos && colon < at) {
      out.append(authority.substr(0, colon + 1)).append(kRedacted).append(authority.substr(at));
    } else {
      out.append(authority);
    }
    text.remove_prefix(start + authority.size());
  }
}

nlohmann::json printable(const LogField& field) {
  if (const auto* text = std::get_if<std::string>(&field.value)) {
    if (names_a_secret(field.key)) return std::string(kRedacted);
    return without_url_passwords(*text);
  }
  return std::visit([](const auto& value) { return nlohmann::json(value); }, field.value);
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

using Fields = std::vector<const LogField*>;

std::string as_json(LogLevel level, std::string_view message, const Fields& fields) {
  nlohmann::ordered_json record;
  record["time"] = to_rfc3339_micro(system_clock().wall());
  record["level"] = name_of(level);
  record["message"] = without_url_passwords(message);
  for (const LogField* field : fields) {
    const bool taken = field->key == "time" || field->key == "level" || field->key == "message";
    record[std::string(field->key) + (taken ? "_" : "")] = printable(*field);
  }
  return record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// JSON's escapes without its quotes: no text from outside may start a line or colour the terminal.
std::string on_one_line(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), is_control)) return std::string(text);
  const std::string quoted = dump(nlohmann::json(std::string(text)));
  return quoted.substr(1, quoted.size() - 2);
}

std::string as_text(std::string_view message, const Fields& fields) {
  std::string line = on_one_line(without_url_passwords(message));
  for (const LogField* field : fields) {
    const nlohmann::json value = printable(*field);
    line.append(" ").append(field->key).append("=");
    if (!value.is_string()) {
      line += value.dump();
      continue;
    }
    const auto& text = value.get_ref<const std::string&>();
    const bool plain = !text.empty() && text.find_first_of(" =\"\\") == std::string::npos &&
                       std::none_of(text.begin(), text.end(), is_control);
    line += plain ? text : dump(value);
  }
  return line;
}

struct Output {
  LogLevel level;
  bool json;
  std::unique_ptr<spdlog::logger> logger;
};

Output make_output(const LogOptions& options) {
  const bool json = options.format == LogFormat::kJson ||
                    (options.format == LogFormat::kAuto && isatty(STDERR_FILENO) == 0);
  spdlog::sink_ptr sink;
  if (json) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink =
        std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>();  // no colours off a terminal
  }
  auto logger = std::make_unique<spdlog::logger>("argus", std::move(sink));
  logger->set_level(spdlog::level::trace);  // log() has decided by then
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      json ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v", spdlog::pattern_time_type::utc));
  return {options.level, json, std::move(logger)};
}

Output& output() {
  static Output instance = make_output({});
  return instance;
}

thread_local const LogContext* innermost_context = nullptr;

}  // namespace

void configure_logging(const LogOptions& options) { output() = make_output(options); }

LogLevel log_level_from(std::string_view name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "info") return LogLevel::kInfo;
  if (name == "warning") return LogLevel::kWarning;
  if (name == "error") return LogLevel::kError;
  throw std::invalid_argument("The log level \"" + std::string(name) +
                              "\" does not exist; write debug, info, warning or error.");
}

LogContext::LogContext(std::initializer_list<LogField> fields)
    : fields_(fields), outer_(std::exchange(innermost_context, this)) {}

LogContext::~LogContext() { innermost_context = outer_; }

void LogContext::add_to(std::vector<const LogField*>& line) const {
  std::vector<const LogField*> kept;
  for (const LogField& field : fields_) {
    const auto same = [&field](const LogField* other) { return other->key == field.key; };
    if (std::none_of(line.begin(), line.end(), same)) kept.push_back(&field);
  }
  line.insert(line.begin(), kept.begin(), kept.end());
  if (outer_ != nullptr) outer_->add_to(line);
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  Output& out = output();
  if (level < out.level) return;
  Fields all;
  for (const LogField& field : fields) all.push_back(&field);
  if (innermost_context != nullptr) innermost_context->add_to(all);
  const std::string line = out.json ? as_json(level, message, all) : as_text(message, all);
  out.logger->log(to_spdlog(level), spdlog::string_view_t(line));
}

}  // namespace argus::base
