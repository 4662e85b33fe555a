#include "cli/ingest/file_choice.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "event/limits.h"
#include "event/repository_path.h"

namespace argus::cli {

std::optional<std::string> path_refusal(std::string_view path) {
  if (!base::is_utf8(path)) return "its path is not UTF-8";
  if (const auto problem = worker::path_problem(path)) return "its path " + *problem;
  return std::nullopt;
}

std::optional<std::string> size_refusal(std::uint64_t bytes) {
  if (bytes <= worker::kFileBytesMax) return std::nullopt;
  return "larger than " + std::to_string(worker::kFileBytesMax) + " bytes";
}

bool is_binary(std::string_view content) {
  return content.substr(0, kBinaryProbeBytes).find('\0') != std::string_view::npos;
}

bool is_version_control(std::string_view directory_name) {
  constexpr std::array<std::string_view, 8> kNames = {".git", ".hg",    ".svn", ".bzr",
                                                      ".jj",  ".pijul", "CVS",  "_darcs"};
  return std::find(kNames.begin(), kNames.end(), directory_name) != kNames.end();
}

}  // namespace argus::cli
