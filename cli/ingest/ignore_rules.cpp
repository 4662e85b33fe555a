#include "cli/ingest/ignore_rules.h"

#include <fnmatch.h>

#include <algorithm>

namespace argus::cli {
namespace {

constexpr std::string_view kAnyDirectories = "**";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = std::min(text.find('/'), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

// Spaces at the end do not belong to a pattern, except after a backslash.
std::string_view without_trailing_spaces(std::string_view line) {
  while (!line.empty() && line.back() == ' ') {
    if (line.size() > 1 && line[line.size() - 2] == '\\') break;
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

bool IgnoreRules::read_pattern(std::string_view line, Pattern& pattern) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty() || line.front() == '#') return false;
  line = without_trailing_spaces(line);
  if (!line.empty() && line.front() == '!') {
    pattern.negated = true;
    line.remove_prefix(1);
  }
  if (!line.empty() && line.back() == '/') {
    pattern.directories_only = true;
    line.remove_suffix(1);
  }
  if (line.empty()) return false;
  const bool anchored = line.find('/') != std::string_view::npos;
  if (line.front() == '/') line.remove_prefix(1);
  pattern.segments = split(line);
  if (!anchored) pattern.segments.emplace(pattern.segments.begin(), kAnyDirectories);
  return true;
}

// As with '*' in a text: only the last "**" needs to be tried again, with one name more.
bool IgnoreRules::matches(const Pattern& pattern, const std::vector<std::string>& names) {
  const auto& wanted = pattern.segments;
  std::size_t at = 0;
  std::size_t name = 0;
  std::size_t retry = wanted.size();  // the segment after the last "**"; none yet
  std::size_t retry_name = 0;
  bool can_retry = false;
  while (name < names.size()) {
    if (at < wanted.size() && wanted[at] == kAnyDirectories) {
      if (at + 1 == wanted.size()) return true;  // all that lies below
      retry = ++at;
      retry_name = name;
      can_retry = true;
    } else if (at < wanted.size() && fnmatch(wanted[at].c_str(), names[name].c_str(), 0) == 0) {
      ++at;
      ++name;
    } else if (can_retry) {
      at = retry;
      name = ++retry_name;
    } else {
      return false;
    }
  }
  return at == wanted.size();
}

void IgnoreRules::add(std::string_view text, const std::string& directory) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  File file{directory, {}};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Pattern pattern;
    if (read_pattern(text.substr(0, end), pattern)) file.patterns.push_back(std::move(pattern));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  files_.push_back(std::move(file));
}

void IgnoreRules::remove_last() { files_.pop_back(); }

bool IgnoreRules::ignores(std::string_view path, bool is_directory) const {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    if (file->patterns.empty() || !path.starts_with(file->directory)) continue;
    const auto names = split(path.substr(file->directory.size()));
    for (auto pattern = file->patterns.rbegin(); pattern != file->patterns.rend(); ++pattern) {
      if (pattern->directories_only && !is_directory) continue;
      if (matches(*pattern, names)) return !pattern->negated;
    }
  }
  return false;
}

}  // namespace argus::cli
