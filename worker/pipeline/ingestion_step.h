// One event's effect on the graph: which files changed, what they say, what is written, and what is
// announced when the ingestion is complete.
//
// Threads: one instance may be used by many threads for different datasets. Failure: GraphError, or
// what an extractor throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "event/analyzed_event.h"
#include "event/ingested_event.h"
#include "graph/code_graph.h"
#include "pipeline/extraction_pool.h"

namespace argus::worker {

struct StepResult {
  IngestionState state = IngestionState::kPending;
  std::uint64_t files = 0;  // extracted and written
  std::uint64_t lines = 0;
  std::optional<AnalyzedEvent> analyzed;
};

// A part whose changed files are being extracted. The part outlives it: its end waits for the
// extraction, which reads the part's files.
class PartInWork {
 public:
  PartInWork(const IngestedPart& part, std::vector<std::future<Extracted>> facts)
      : part_(&part), facts_(std::move(facts)) {}
  PartInWork(PartInWork&&) = default;
  PartInWork& operator=(PartInWork&&) = delete;
  ~PartInWork() {
    for (auto& future : facts_) {
      if (future.valid()) future.wait();
    }
  }

  [[nodiscard]] const IngestedPart& part() const { return *part_; }
  // Waits for all; throws std::runtime_error when an extractor failed.
  std::vector<FileFacts> take();

 private:
  const IngestedPart* part_;
  std::vector<std::future<Extracted>> facts_;
};

class IngestionStep {
 public:
  IngestionStep(CodeGraph& graph, ExtractionPool& pool) : graph_(graph), pool_(pool) {}

  // Asks the graph what changed and begins to extract that.
  PartInWork begin_part(const IngestedPart& part, std::stop_token stop);
  // Waits for the extraction and writes.
  StepResult write_part(PartInWork& work, std::stop_token stop);
  StepResult write_manifest(const IngestedManifest& manifest, std::stop_token stop);

 private:
  void resolve(const IngestedHead& head, StepResult& result, bool last, std::stop_token stop);

  CodeGraph& graph_;
  ExtractionPool& pool_;
};

}  // namespace argus::worker
