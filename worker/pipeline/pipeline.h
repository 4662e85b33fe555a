// From the broker to the graph and back: poll, validate, one lane per dataset, extract, write, make
// durable, announce, commit (docs/events.md).
//
// An offset is committed only after the store has its effect on disk and the broker has what it
// announces. When a store or the broker is unusable, consumption pauses and readiness says so;
// afterwards everything since the last commit is read again, exactly as after a crash: what was
// written but not yet on disk when the store died is thereby written again.
//
// Threads: run() belongs to one thread, which polls and commits. The constructor starts `lanes`
// threads that process, `extractors` that extract, kBarriersAtOnce (committer.cpp) that make
// durable and announce, and one that waits for the store during an outage; the destructor joins
// them. problem() may be called from any thread. Ownership: what the constructor takes outlives the
// pipeline. Failure: run() throws kafka::BrokerError when the broker says that trying again cannot
// help; everything else is retried or dead-lettered.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "event/limits.h"
#include "graph/code_graph.h"
#include "kafka/source.h"
#include "pipeline/extraction_pool.h"

namespace argus::worker {

struct PipelineOptions {
  std::string analyzed_topic = "argus.codebase.analyzed";
  std::string dead_letter_topic = "argus.dlq";
  EventLimits limits;
  std::size_t lanes = 2;       // datasets in work at once
  std::size_t extractors = 2;  // threads
  // Bytes of messages read and not yet dealt with, over all partitions: beyond its share a
  // partition is paused.
  std::size_t in_flight_bytes = std::size_t{64} << 20;
  // Between two barriers that make writes durable; each covers all that finished before it.
  std::chrono::milliseconds durable_period{200};
  // How long work in hand may go on when a stop is asked for or partitions are taken away.
  std::chrono::milliseconds drain{10'000};
  // Wait before the store is tried again: doubles up to the second.
  std::chrono::milliseconds retry_first{250};
  std::chrono::milliseconds retry_max{5'000};
  // An ingestion that is incomplete and silent for so long is reported as expired.
  std::chrono::seconds ingestion_expiry{24 * 3600};
};

class Pipeline {
 public:
  Pipeline(PipelineOptions options, CodeGraph& graph, kafka::Sink& sink, MakeExtractor extractor,
           base::Metrics& metrics, base::Clock& clock);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Give this to the Source that run() will read.
  [[nodiscard]] kafka::RebalanceListener& listener();

  // Until stopped; then finishes what is in hand, commits and closes the source.
  void run(kafka::Source& source, std::stop_token stop);

  // Why the worker is not ready, as a sentence; std::nullopt when it works.
  [[nodiscard]] std::optional<std::string> problem() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::worker
