// Which file goes into which part. Every part says how many there are, so everything is measured
// before the first is sent: each file is read once, and only its size in a message is kept.
//
// Threads: plan_ingestion() reads on threads of its own and returns when they are done; `on_read`
// is called from them. Failure: TreeError when the tree does not fit an ingestion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ingest/source_tree.h"
#include "event/ingested_event.h"

namespace argus::cli {

struct PlannedFile {
  std::string path;
  std::size_t entry_bytes = 0;  // in the body of a part, at most
};

struct IngestionPlan {
  std::vector<PlannedFile> files;      // sorted by path
  std::vector<std::size_t> part_ends;  // part n holds the files up to part_ends[n - 1]; never empty
  std::size_t part_room = 0;           // bytes for the entries of one part
  std::uint64_t bytes = 0;             // of all files
  std::vector<worker::SkippedFile> skipped;  // the tree's, and what turned out while reading

  [[nodiscard]] std::size_t part_begin(std::size_t part) const {
    return part == 0 ? 0 : part_ends[part - 1];
  }
};

// The ends of parts that hold entries of these sizes, in order: each part is filled up to `room`
// bytes and kFilesPerPartMax files. One part at least. No entry is larger than `room`.
[[nodiscard]] std::vector<std::size_t> part_ends(std::span<const PlannedFile> files,
                                                 std::size_t room);

// "<ingestion>.part.3": the same when it is sent again.
[[nodiscard]] std::string event_id(const std::string& ingestion_id, std::string_view kind,
                                   std::uint32_t number);

// The bytes that a message of this ingestion, part or manifest, leaves for its entries.
[[nodiscard]] std::size_t message_room(worker::IngestedHead head);

// Thrown for a tree without a file, unless that is what is wanted.
[[nodiscard]] TreeError nothing_to_ingest(const std::string& root);

[[nodiscard]] IngestionPlan plan_ingestion(const SourceTree& tree, const worker::IngestedHead& head,
                                           const std::function<void()>& on_read);

}  // namespace argus::cli
