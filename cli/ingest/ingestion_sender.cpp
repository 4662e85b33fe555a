#include "cli/ingest/ingestion_sender.h"

#include <algorithm>
#include <atomic>
#include <iterator>

#include "base/utf8.h"
#include "cli/ingest/file_choice.h"
#include "cli/ingest/file_reader.h"
#include "cli/ingest/parallel_loop.h"
#include "cli/terminal/printable.h"
#include "event/ingested_message.h"
#include "event/limits.h"
#include "event/sha256.h"

namespace argus::cli {
namespace {

constexpr std::size_t kReasonBytesMax = 256;  // the event's schema
// In the body of a manifest message: names, quotes, commas and the hash of an entry.
constexpr std::size_t kManifestEntryFrame = 128;

worker::kafka::OutboundRecord record_of(worker::OutboundEvent event, const std::string& topic) {
  worker::kafka::OutboundRecord record{topic, std::move(event.key), std::move(event.value), {}};
  for (auto& [name, value] : event.headers) {
    record.headers.emplace_back(std::move(name), std::move(value));
  }
  return record;
}

worker::IngestedHead head_of(worker::IngestedHead head, std::string_view kind, std::size_t number,
                             std::size_t total) {
  head.number = static_cast<std::uint32_t>(number);
  head.total = static_cast<std::uint32_t>(total);
  head.event_id = event_id(head.ingestion_id, kind, head.number);
  head.occurred_at = std::chrono::system_clock::now();
  return head;
}

// Fills messages one after the other, and opens the next when one is full.
class ManifestWriter {
 public:
  explicit ManifestWriter(const worker::IngestedHead& head)
      : head_(head), room_(message_room(head)) {
    open();
  }

  void add(const worker::ManifestEntry& entry) {
    make_room(2 * entry.path.size() + kManifestEntryFrame, messages_.back().files.size());
    messages_.back().files.push_back(entry);
  }
  void add(worker::SkippedFile file) {
    file.path = base::shortened(printable(file.path), worker::kPathBytesMax);
    file.reason = base::shortened(file.reason, kReasonBytesMax);
    make_room(2 * (file.path.size() + file.reason.size()) + kManifestEntryFrame,
              messages_.back().skipped.size());
    messages_.back().skipped.push_back(std::move(file));
  }
  std::vector<worker::IngestedManifest> finish() {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      messages_[i].head = head_of(head_, "manifest", i + 1, messages_.size());
    }
    return std::move(messages_);
  }

 private:
  void open() {
    messages_.emplace_back();
    used_ = 0;
  }
  void make_room(std::size_t bytes, std::size_t entries) {
    if (used_ + bytes > room_ || entries == worker::kEntriesPerManifestMax) open();
    used_ += bytes;
  }

  const worker::IngestedHead& head_;
  const std::size_t room_;
  std::size_t used_ = 0;
  std::vector<worker::IngestedManifest> messages_;
};

}  // namespace

worker::IngestedPart build_part(const IngestionPlan& plan, const std::string& root,
                                const worker::IngestedHead& head, std::size_t part,
                                std::vector<worker::SkippedFile>& skipped) {
  worker::IngestedPart out{head_of(head, "part", part + 1, plan.part_ends.size()), {}};
  std::size_t planned = 0;
  for (std::size_t i = plan.part_begin(part); i < plan.part_ends[part]; ++i) {
    planned += plan.files[i].entry_bytes;
  }
  std::size_t spare = plan.part_room - planned;  // for files that have grown
  for (std::size_t i = plan.part_begin(part); i < plan.part_ends[part]; ++i) {
    const PlannedFile& file = plan.files[i];
    auto read = read_source(root, file.path);
    if (auto* unreadable = std::get_if<Unreadable>(&read)) {
      skipped.push_back({file.path, std::move(unreadable->reason)});
      continue;
    }
    worker::SourceFile source{file.path, "", std::get<std::string>(std::move(read))};
    const std::size_t bytes = worker::part_entry_bytes(source);
    if (bytes > file.entry_bytes + spare) {
      skipped.push_back({file.path, std::string(kSkippedChanged)});
      continue;
    }
    spare -= bytes > file.entry_bytes ? bytes - file.entry_bytes : 0;
    source.sha256 = worker::sha256_hex(source.content);
    out.files.push_back(std::move(source));
  }
  return out;
}

SentParts send_parts(const IngestionPlan& plan, const std::string& root,
                     const worker::IngestedHead& head, const std::string& topic,
                     worker::kafka::Sink& sink,
                     const std::function<void(std::uint64_t bytes)>& on_sent) {
  std::vector<SentParts> sent(plan.part_ends.size());
  parallel_loop(sent.size(), [&](std::size_t number) {
    SentParts& mine = sent[number];
    const worker::IngestedPart part = build_part(plan, root, head, number, mine.skipped);
    for (const worker::SourceFile& file : part.files) {
      mine.files.push_back({file.path, file.sha256});
      mine.bytes += file.content.size();
    }
    const auto record = record_of(worker::write_part(part), topic);
    sink.publish({&record, 1});
    on_sent(mine.bytes);
  });
  SentParts all;
  all.skipped = plan.skipped;
  for (SentParts& part : sent) {
    std::move(part.files.begin(), part.files.end(), std::back_inserter(all.files));
    std::move(part.skipped.begin(), part.skipped.end(), std::back_inserter(all.skipped));
    all.bytes += part.bytes;
  }
  return all;
}

std::vector<worker::IngestedManifest> manifest_messages(
    const worker::IngestedHead& head, const std::vector<worker::ManifestEntry>& files,
    const std::vector<worker::SkippedFile>& skipped) {
  ManifestWriter writer(head);
  for (const worker::ManifestEntry& entry : files) writer.add(entry);
  for (const worker::SkippedFile& file : skipped) writer.add(file);
  return writer.finish();
}

std::size_t send_manifest(const worker::IngestedHead& head, const SentParts& sent,
                          const std::string& topic, worker::kafka::Sink& sink) {
  const auto messages = manifest_messages(head, sent.files, sent.skipped);
  for (const worker::IngestedManifest& message : messages) {
    const auto record = record_of(worker::write_manifest(message), topic);
    sink.publish({&record, 1});
  }
  return messages.size();
}

}  // namespace argus::cli
