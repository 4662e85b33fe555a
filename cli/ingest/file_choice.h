// Which files an ingestion carries, and the reason why one is left out.
//
// Threads: free functions, pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argus::cli {

// A NUL among the first bytes makes a file binary, as git has it.
inline constexpr std::size_t kBinaryProbeBytes = std::size_t{8} * 1024;

// Reasons, as they stand in the manifest.
inline constexpr std::string_view kSkippedBinary = "binary";
inline constexpr std::string_view kSkippedLink = "symbolic link";
inline constexpr std::string_view kSkippedSubmodule = "submodule or nested repository";
inline constexpr std::string_view kSkippedSpecial = "no regular file";
inline constexpr std::string_view kSkippedMessage = "larger than one message";
inline constexpr std::string_view kSkippedChanged = "changed while it was read";

[[nodiscard]] std::optional<std::string> path_refusal(std::string_view path);
[[nodiscard]] std::optional<std::string> size_refusal(std::uint64_t bytes);
[[nodiscard]] bool is_binary(std::string_view content);

// Directories of version control systems: never walked into.
[[nodiscard]] bool is_version_control(std::string_view directory_name);

}  // namespace argus::cli
