// Writes argus.codebase.ingested, the other direction of ingested_event.h: CloudEvents 1.0 in
// binary mode, keyed by the dataset.
//
// Threads: free functions. Failure: none; the caller keeps to the limits of limits.h.
#pragma once

#include <string>

#include "event/ingested_event.h"
#include "event/outbound_event.h"

namespace argus::worker {

// A file whose content is not UTF-8 is sent as base64.
[[nodiscard]] OutboundEvent write_part(const IngestedPart& part);
[[nodiscard]] OutboundEvent write_manifest(const IngestedManifest& manifest);

// The bytes that one file takes in the body of a part, at most.
[[nodiscard]] std::size_t part_entry_bytes(const SourceFile& file);

}  // namespace argus::worker
