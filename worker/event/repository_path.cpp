#include "event/repository_path.h"

#include <algorithm>

#include "event/limits.h"

namespace argus::worker {
namespace {

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> path_problem(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.size() > kPathBytesMax) {
    return "is longer than " + std::to_string(kPathBytesMax) + " bytes";
  }
  if (path.front() == '/') return "is absolute: write it relative to the repository's root";
  if (has_control_character(path)) return "contains a control character";
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") return "leads out of the repository: write it without \"..\"";
    if (segment.empty() || segment == ".") {
      return "is not normalised: write it without empty and \".\" segments";
    }
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace argus::worker
