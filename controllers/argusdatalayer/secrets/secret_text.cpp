#include "argusdatalayer/secrets/secret_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace argus::adl {
namespace {

bool is_control(unsigned char letter) {
  constexpr unsigned char kSpace = 0x20;
  constexpr unsigned char kDelete = 0x7f;
  return letter < kSpace || letter == kDelete;
}

}  // namespace

std::optional<std::string> problem_of_line(std::string_view text) {
  if (text.empty()) return "is empty: write it";
  if (text.back() == '\n' || text.back() == '\r') {
    return "ends with a line break: write it without (printf, not echo)";
  }
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return "has a line break, a tab or another control character in it: write it as one line of "
           "text";
  }
  if (!base::is_utf8(text)) return "is not UTF-8: write it as text";
  return std::nullopt;
}

std::optional<std::string> problem_of_lines(std::string_view text) {
  if (text.empty()) return "is empty: write it";
  if (text.find('\r') != std::string_view::npos) {
    return "has Windows' line ends (CRLF): write it with line feeds alone";
  }
  const auto bad = [](char letter) { return letter != '\n' && is_control(letter); };
  if (std::any_of(text.begin(), text.end(), bad)) {
    return "has a tab or another control character in it: write it as lines of text";
  }
  if (!base::is_utf8(text)) return "is not UTF-8: write it as text";
  return std::nullopt;
}

}  // namespace argus::adl
