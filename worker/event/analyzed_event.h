// argus.codebase.analyzed: an ingestion is complete, and the graph holds it on disk.
//
// Threads: free functions. Failure: read_analyzed() gives std::nullopt for what is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "event/ingested_event.h"
#include "event/outbound_event.h"

namespace argus::worker {

inline constexpr std::string_view kAnalyzedTopic = "argus.codebase.analyzed";

struct AnalyzedEvent {
  IngestedHead cause;  // of the message that completed the ingestion
  std::chrono::system_clock::time_point finished_at;
  std::map<std::string, std::uint64_t> graph;  // files, functions, calls, ...: what the graph holds
  std::uint64_t files_changed = 0;
  std::uint64_t files_deleted = 0;
  std::uint64_t files_missing = 0;  // the manifest names them, and no part carried them
  std::uint64_t calls_unresolved = 0;
};

// Its event_id follows from dataset and ingestion_id, so that consumers recognise a repeat.
[[nodiscard]] OutboundEvent write_analyzed(const AnalyzedEvent& event);

// What a reader such as argusctl --wait needs of it.
struct AnalyzedSummary {
  std::string ingestion_id;
  std::string dataset;
  std::map<std::string, std::uint64_t> graph;
  std::uint64_t files_changed = 0;
  std::uint64_t files_deleted = 0;
  std::uint64_t files_missing = 0;  // the manifest names them, and no part carried them
  std::uint64_t calls_unresolved = 0;
  std::chrono::milliseconds duration{0};
};
[[nodiscard]] std::optional<AnalyzedSummary> read_analyzed(std::string_view value);

}  // namespace argus::worker
