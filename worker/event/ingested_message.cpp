#include "event/ingested_message.h"

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "event/envelope.h"

namespace argus::worker {
namespace {

using nlohmann::json;

json body_of(const IngestedHead& head, const char* kind) {
  json repository = {{"name", head.repository.name}};
  const std::pair<const char*, const std::string&> optional[] = {
      {"url", head.repository.url},
      {"commit", head.repository.commit},
      {"branch", head.repository.branch}};
  for (const auto& [name, value] : optional) {
    if (!value.empty()) repository[name] = value;
  }
  json position = {{"number", head.number}, {"total", head.total}};
  return {{"event_id", head.event_id},
          {"schema_version", kSchemaVersion},
          {"org_id", head.tenant.org_id},
          {"project_id", head.tenant.project_id},
          {"occurred_at", base::to_rfc3339_micro(head.occurred_at)},
          {"ingestion_id", head.ingestion_id},
          {"ingestion_started_at", base::to_rfc3339_micro(head.ingestion_started_at)},
          {"repository", std::move(repository)},
          {"kind", kind},
          {kind, std::move(position)}};
}

OutboundEvent event_of(const IngestedHead& head, const json& body) {
  const std::string dataset = dataset_name(head.tenant, DatasetType::kCodebase);
  return {dataset,
          {{"ce_specversion", "1.0"},
           {"ce_id", head.event_id},
           {"ce_source", "argusctl"},
           {"ce_type", std::string(kIngestedTopic)},
           {"ce_time", base::to_rfc3339_micro(head.occurred_at)},
           {"ce_subject", head.ingestion_id},
           {"ce_orgid", head.tenant.org_id},
           {"ce_projectid", head.tenant.project_id},
           {"ce_partitionkey", dataset},
           {"content-type", "application/json"}},
          body.dump()};
}

}  // namespace

OutboundEvent write_part(const IngestedPart& part) {
  json files = json::array();
  for (const SourceFile& file : part.files) {
    json entry = {{"path", file.path}, {"sha256", file.sha256}};
    if (base::is_utf8(file.content)) {
      entry["content"] = file.content;
    } else {
      entry["content"] = base::base64_encode(file.content);
      entry["encoding"] = "base64";
    }
    files.push_back(std::move(entry));
  }
  json body = body_of(part.head, "part");
  body["files"] = std::move(files);
  return event_of(part.head, body);
}

OutboundEvent write_manifest(const IngestedManifest& manifest) {
  json files = json::array();
  for (const ManifestEntry& entry : manifest.files) {
    files.push_back({{"path", entry.path}, {"sha256", entry.sha256}});
  }
  json body = body_of(manifest.head, "manifest");
  body["files"] = std::move(files);
  if (!manifest.skipped.empty()) {
    json skipped = json::array();
    for (const SkippedFile& file : manifest.skipped) {
      skipped.push_back({{"path", file.path}, {"reason", file.reason}});
    }
    body["skipped"] = std::move(skipped);
  }
  return event_of(manifest.head, body);
}

std::size_t part_entry_bytes(const SourceFile& file) {
  constexpr std::size_t kFrame = 160;  // names, quotes, the hash
  // A path may need escapes as well.
  const std::size_t frame = kFrame + 2 * file.path.size();
  if (!base::is_utf8(file.content)) return frame + (file.content.size() + 2) / 3 * 4;
  std::size_t bytes = file.content.size();
  for (const char c : file.content) {
    if (c == '"' || c == '\\' || c == '\n' || c == '\t' || c == '\r') {
      ++bytes;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      bytes += 5;  // \u001b
    }
  }
  return frame + bytes;
}

}  // namespace argus::worker
