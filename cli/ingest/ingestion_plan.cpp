#include "cli/ingest/ingestion_plan.h"

#include "cli/ingest/file_choice.h"
#include "cli/ingest/file_reader.h"
#include "cli/ingest/parallel_loop.h"
#include "cli/terminal/printable.h"
#include "event/ingested_message.h"
#include "event/limits.h"

namespace argus::cli {
namespace {

// What reading one file told.
struct Measured {
  std::size_t entry_bytes = 0;
  std::uint64_t bytes = 0;
  std::string skipped;  // the reason; empty when the file is sent
};

Measured measure(const std::string& root, const TreeFile& file, std::size_t room) {
  auto read = read_source(root, file.path);
  if (auto* unreadable = std::get_if<Unreadable>(&read)) {
    return {.skipped = std::move(unreadable->reason)};
  }
  const worker::SourceFile source{file.path, "", std::get<std::string>(std::move(read))};
  Measured measured{worker::part_entry_bytes(source), source.content.size(), ""};
  if (measured.entry_bytes > room) measured.skipped = kSkippedMessage;
  return measured;
}

}  // namespace

std::vector<std::size_t> part_ends(std::span<const PlannedFile> files, std::size_t room) {
  std::vector<std::size_t> ends;
  std::size_t begin = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (bytes + files[i].entry_bytes > room || i - begin == worker::kFilesPerPartMax) {
      ends.push_back(i);
      begin = i;
      bytes = 0;
    }
    bytes += files[i].entry_bytes;
  }
  ends.push_back(files.size());
  return ends;
}

std::string event_id(const std::string& ingestion_id, std::string_view kind, std::uint32_t number) {
  return ingestion_id + "." + std::string(kind) + "." + std::to_string(number);
}

std::size_t message_room(worker::IngestedHead head) {
  head.number = head.total = worker::kMessagesPerIngestionMax;
  head.event_id = event_id(head.ingestion_id, "manifest", head.number);
  // A manifest has more around its entries than a part.
  const worker::IngestedManifest longest{std::move(head), {}, {{"", ""}}};
  return worker::kMessageBytesMax - worker::write_manifest(longest).value.size();
}

TreeError nothing_to_ingest(const std::string& root) {
  return TreeError("There is no file to ingest below " + printable(root) +
                   ". An empty ingestion would empty the graph: if that is what you want, add "
                   "--allow-empty.");
}

IngestionPlan plan_ingestion(const SourceTree& tree, const worker::IngestedHead& head,
                             const std::function<void()>& on_read) {
  IngestionPlan plan;
  plan.part_room = message_room(head);
  plan.skipped = tree.skipped;
  std::vector<Measured> measured(tree.files.size());
  parallel_loop(tree.files.size(), [&](std::size_t i) {
    measured[i] = measure(tree.root, tree.files[i], plan.part_room);
    on_read();
  });
  for (std::size_t i = 0; i < measured.size(); ++i) {
    if (!measured[i].skipped.empty()) {
      plan.skipped.push_back({tree.files[i].path, std::move(measured[i].skipped)});
      continue;
    }
    plan.files.push_back({tree.files[i].path, measured[i].entry_bytes});
    plan.bytes += measured[i].bytes;
  }
  plan.part_ends = part_ends(plan.files, plan.part_room);
  if (plan.part_ends.size() > worker::kMessagesPerIngestionMax) {
    throw TreeError("The tree needs " + std::to_string(plan.part_ends.size()) +
                    " messages, and an ingestion has at most " +
                    std::to_string(worker::kMessagesPerIngestionMax) +
                    ": ingest its directories one by one, each as a project of its own.");
  }
  return plan;
}

}  // namespace argus::cli
