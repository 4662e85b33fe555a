#include "event/analyzed_event.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "event/sha256.h"

namespace argus::worker {

using nlohmann::json;

OutboundEvent write_analyzed(const AnalyzedEvent& event) {
  const IngestedHead& cause = event.cause;
  const std::string dataset = dataset_name(cause.tenant, DatasetType::kCodebase);
  constexpr std::size_t kIdDigits = 32;  // 128 bits of the hash
  const std::string id =
      sha256_hex(std::string(kAnalyzedTopic) + "\n" + dataset + "\n" + cause.ingestion_id)
          .substr(0, kIdDigits);
  const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      event.finished_at - cause.ingestion_started_at);
  const std::string time = base::to_rfc3339_micro(event.finished_at);
  json body = {{"event_id", id},
               {"schema_version", kSchemaVersion},
               {"org_id", cause.tenant.org_id},
               {"project_id", cause.tenant.project_id},
               {"occurred_at", time},
               {"causation_id", cause.event_id},
               {"ingestion_id", cause.ingestion_id},
               {"dataset", dataset},
               {"repository",
                {{"name", cause.repository.name},
                 {"commit", cause.repository.commit},
                 {"branch", cause.repository.branch}}},
               {"graph", event.graph},
               {"files_changed", event.files_changed},
               {"files_deleted", event.files_deleted},
               {"files_missing", event.files_missing},
               {"calls_unresolved", event.calls_unresolved},
               // The producer's clock may be ahead of ours.
               {"duration_ms", std::max<std::int64_t>(0, duration.count())}};
  return {dataset,
          {{"ce_specversion", "1.0"},
           {"ce_id", id},
           {"ce_source", "argus-worker"},
           {"ce_type", std::string(kAnalyzedTopic)},
           {"ce_time", time},
           {"ce_subject", cause.ingestion_id},
           {"ce_orgid", cause.tenant.org_id},
           {"ce_projectid", cause.tenant.project_id},
           {"ce_partitionkey", dataset},
           {"content-type", "application/json"}},
          body.dump()};
}

std::optional<AnalyzedSummary> read_analyzed(std::string_view value) {
  const json body = json::parse(value, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  try {
    return AnalyzedSummary{body.at("ingestion_id").get<std::string>(),
                           body.at("dataset").get<std::string>(),
                           body.at("graph").get<std::map<std::string, std::uint64_t>>(),
                           body.at("files_changed").get<std::uint64_t>(),
                           body.at("files_deleted").get<std::uint64_t>(),
                           body.value("files_missing", std::uint64_t{0}),
                           body.at("calls_unresolved").get<std::uint64_t>(),
                           std::chrono::milliseconds(body.at("duration_ms").get<std::int64_t>())};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace argus::worker
