// Sends an ingestion: its parts, then its manifest (docs/events.md). Never holds more than a few
// parts in memory.
//
// Threads: send_parts() builds and publishes on threads of its own and returns when they are done;
// `on_sent` is called from them. Failure: kafka::BrokerError.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/ingest/ingestion_plan.h"
#include "event/ingested_event.h"
#include "event/outbound_event.h"
#include "kafka/source.h"

namespace argus::cli {

struct SentParts {
  std::vector<worker::ManifestEntry> files;  // as they were sent
  std::vector<worker::SkippedFile> skipped;  // the plan's, and what changed since
  std::uint64_t bytes = 0;                   // of the files
};

// One part, from the files as they are now. A file that changed since the plan is sent as it is now
// if it still fits; `skipped` gets those that do not, or are gone.
[[nodiscard]] worker::IngestedPart build_part(const IngestionPlan& plan, const std::string& root,
                                              const worker::IngestedHead& head, std::size_t part,
                                              std::vector<worker::SkippedFile>& skipped);

// `head` is that of the ingestion; number, total and event_id are set here.
SentParts send_parts(const IngestionPlan& plan, const std::string& root,
                     const worker::IngestedHead& head, const std::string& topic,
                     worker::kafka::Sink& sink,
                     const std::function<void(std::uint64_t bytes)>& on_sent);

// The manifest in messages of bounded size; one at least.
[[nodiscard]] std::vector<worker::IngestedManifest> manifest_messages(
    const worker::IngestedHead& head, const std::vector<worker::ManifestEntry>& files,
    const std::vector<worker::SkippedFile>& skipped);

// Returns how many messages it took.
std::size_t send_manifest(const worker::IngestedHead& head, const SentParts& sent,
                          const std::string& topic, worker::kafka::Sink& sink);

}  // namespace argus::cli
