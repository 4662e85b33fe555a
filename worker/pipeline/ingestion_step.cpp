#include "pipeline/ingestion_step.h"

#include <stdexcept>
#include <unordered_set>
#include <utility>

namespace argus::worker {
namespace {

Ingestion ingestion_of(const IngestedHead& head) {
  return {dataset_name(head.tenant, DatasetType::kCodebase),
          head.tenant.org_id,
          head.tenant.project_id,
          head.ingestion_id,
          head.repository.name,
          head.repository.commit,
          head.ingestion_started_at,
          head.event_id};
}

std::map<std::string, std::uint64_t> counts_of(const GraphCounts& graph) {
  return {{"files", graph.files},          {"directories", graph.directories},
          {"modules", graph.modules},      {"classes", graph.classes},
          {"functions", graph.functions},  {"variables", graph.variables},
          {"tests", graph.tests},          {"contains", graph.contains},
          {"defines", graph.defines},      {"imports", graph.imports},
          {"calls", graph.calls},          {"inherits", graph.inherits},
          {"references", graph.references}};
}

}  // namespace

std::vector<FileFacts> PartInWork::take() {
  std::vector<FileFacts> facts;
  facts.reserve(facts_.size());
  for (auto& future : facts_) {
    Extracted extracted = future.get();
    if (const auto* failure = std::get_if<ExtractionFailure>(&extracted)) {
      throw std::runtime_error(failure->reason);
    }
    facts.push_back(std::get<FileFacts>(std::move(extracted)));
  }
  return facts;
}

PartInWork IngestionStep::begin_part(const IngestedPart& part, std::stop_token stop) {
  std::vector<FileDigest> digests;
  digests.reserve(part.files.size());
  for (const SourceFile& file : part.files) digests.push_back({file.path, file.sha256});
  const std::vector<std::string> changed =
      graph_.changed_files(ingestion_of(part.head), digests, stop);
  const std::unordered_set<std::string> wanted(changed.begin(), changed.end());
  std::vector<std::future<Extracted>> facts;
  for (const SourceFile& file : part.files) {
    if (wanted.contains(file.path)) facts.push_back(pool_.submit(file));
  }
  return {part, std::move(facts)};
}

StepResult IngestionStep::write_part(PartInWork& work, std::stop_token stop) {
  StepResult result;
  const std::vector<FileFacts> facts = work.take();
  for (const FileFacts& file : facts) result.lines += file.lines;
  result.files = facts.size();
  const IngestedHead& head = work.part().head;
  result.state = graph_.write_part(ingestion_of(head), {head.number, head.total}, facts, stop);
  resolve(head, result, head.number == head.total, stop);
  return result;
}

StepResult IngestionStep::write_manifest(const IngestedManifest& manifest, std::stop_token stop) {
  std::vector<FileDigest> digests;
  digests.reserve(manifest.files.size());
  for (const ManifestEntry& entry : manifest.files) digests.push_back({entry.path, entry.sha256});
  const IngestedHead& head = manifest.head;
  StepResult result;
  result.state =
      graph_.write_manifest(ingestion_of(head), {head.number, head.total}, digests, stop);
  resolve(head, result, head.number == head.total, stop);
  return result;
}

// A repeat of the last message announces again: the first time may have ended before it could.
void IngestionStep::resolve(const IngestedHead& head, StepResult& result, bool last,
                            std::stop_token stop) {
  const bool repeat = result.state == IngestionState::kResolved && last;
  if (result.state != IngestionState::kComplete && !repeat) return;
  const Analysis analysis = graph_.resolve(ingestion_of(head), stop);
  result.state = IngestionState::kResolved;
  result.analyzed = AnalyzedEvent{head,
                                  std::chrono::system_clock::now(),
                                  counts_of(analysis.graph),
                                  analysis.files_changed,
                                  analysis.files_deleted,
                                  analysis.files_missing,
                                  analysis.calls_unresolved};
}

}  // namespace argus::worker
