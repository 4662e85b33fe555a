// The limits of an event. Each is documented in docs/events.md, where a producer meets it.
//
// Threads: constants and values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace argus::worker {

// One message, uncompressed. Below librdkafka's message.max.bytes (1,000,000) and the broker's
// (1,048,588), so that no producer's default refuses it.
inline constexpr std::size_t kMessageBytesMax = 960'000;
inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;  // one file's bytes, decoded
inline constexpr std::size_t kFilesPerPartMax = 1'000;              // files in one part
inline constexpr std::size_t kEntriesPerManifestMax = 10'000;       // paths in one manifest message
inline constexpr std::size_t kPathBytesMax = 1'024;                 // a path inside the repository
inline constexpr std::size_t kTextBytesMax = 4'096;                 // any text except contents
inline constexpr std::uint32_t kMessagesPerIngestionMax = 100'000;  // parts, and manifest messages
inline constexpr std::size_t kNestingMax = 16;                      // JSON levels

struct EventLimits {
  std::size_t message_bytes = kMessageBytesMax;
  std::size_t file_bytes = kFileBytesMax;
};

}  // namespace argus::worker
