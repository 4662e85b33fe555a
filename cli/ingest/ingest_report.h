// What came of an ingestion, for people and for programs.
//
// Threads: free functions, pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/ingest/answer_watch.h"
#include "event/ingested_event.h"

namespace argus::cli {

enum class IngestOutcome { kDryRun, kSent, kAnalyzed, kRefused, kTimedOut };

struct IngestReport {
  IngestOutcome outcome = IngestOutcome::kSent;
  std::string ingestion_id;
  std::string dataset;
  worker::Repository repository;
  std::uint64_t differing = 0;  // files that differ from the commit
  std::size_t parts = 0;
  std::size_t manifest_messages = 0;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<worker::SkippedFile> skipped;
  std::optional<Answer> answer;
  std::string other_ingestion;              // analyzed while this one was waited for
  std::chrono::milliseconds publishing{0};  // from the first part to the manifest
  std::chrono::milliseconds waiting{0};     // from then to the answer
};

// "Repository shop, commit 0123456789ab on main; 2 files differ from it and are sent as they are."
[[nodiscard]] std::string source_text(const worker::Repository& repository, bool is_checkout,
                                      std::uint64_t differing);
// Counts by reason, most first, with some names or all; empty when nothing was skipped. No line
// break at the end.
[[nodiscard]] std::string skipped_text(const std::vector<worker::SkippedFile>& skipped,
                                       bool all_names);
[[nodiscard]] std::string report_text(const IngestReport& report);
[[nodiscard]] nlohmann::json report_json(const IngestReport& report);

}  // namespace argus::cli
