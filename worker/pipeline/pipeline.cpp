#include "pipeline/pipeline.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "event/ingested_event.h"
#include "pipeline/committer.h"
#include "pipeline/dead_letter.h"
#include "pipeline/ingestion_step.h"
#include "pipeline/ingestion_watch.h"
#include "pipeline/lanes.h"
#include "pipeline/outage.h"
#include "pipeline/partitions.h"
#include "pipeline/worker_metrics.h"

namespace argus::worker {
namespace {

constexpr std::chrono::milliseconds kPollTimeout{50};
constexpr std::chrono::seconds kHousekeepingPeriod{5};
// Attempts at a message whose processing fails for a reason that is neither the event's nor the
// store's: then it is dead-lettered, so that it cannot hold up what follows it for ever.
constexpr int kAttemptsMax = 3;

using Attempt = std::pair<kafka::TopicPartition, std::int64_t>;

kafka::OutboundRecord outbound(const OutboundEvent& event, const std::string& topic) {
  kafka::OutboundRecord record{topic, event.key, event.value, {}};
  for (const auto& [name, value] : event.headers) record.headers.emplace_back(name, value);
  return record;
}

Headers text_headers(const kafka::RecordHeaders& headers) {
  Headers texts;
  for (const auto& [name, value] : headers) texts.emplace_back(name, value.value_or(""));
  return texts;
}

}  // namespace

struct Pipeline::State final : kafka::RebalanceListener {
  State(PipelineOptions pipeline_options, CodeGraph& code_graph, kafka::Sink& record_sink,
        MakeExtractor extractor, base::Metrics& registry, base::Clock& time)
      : options(std::move(pipeline_options)),
        graph(code_graph),
        clock(time),
        metrics(registry),
        parser(options.limits),
        partitions(options.in_flight_bytes),
        pool(options.extractors, std::move(extractor)),
        step(graph, pool),
        outage(
            {options.retry_first, options.retry_max},
            [this](std::stop_token stop) { graph.check(stop); },
            [this](bool usable) { metrics.store_up(usable); }, time),
        committer(graph, record_sink, outage, time, options.durable_period,
                  {[this](const FinishedJob& job) {
                     return partitions.current(job.place, job.generation);
                   },
                   [this](const FinishedJob& job) {
                     partitions.finish(job.place, job.offset, job.generation);
                   }}) {
    for (std::size_t i = 0; i < options.lanes; ++i) {
      lane_threads.emplace_back([this](std::stop_token stop) { serve_lanes(stop); });
    }
  }

  // Poll thread.
  void accept(kafka::Record record);
  void follow(const Partitions::Flow& flow);
  void recover(std::uint64_t number);
  bool commit();
  void drain(std::span<const kafka::TopicPartition> places);
  void housekeeping();
  void run(kafka::Source& from, std::stop_token stop);
  void assigned(const std::vector<kafka::TopicPartition>& places) override;
  void revoked(const std::vector<kafka::TopicPartition>& places) override;
  void lost(const std::vector<kafka::TopicPartition>& places) override;

  // Lane threads.
  void serve_lanes(std::stop_token stop);
  void process(Claim& claim, std::stop_token stop);
  void begin_parts(Claim& claim, std::map<const Job*, PartInWork>& parts, std::stop_token stop);
  StepResult finish_step(const Job& job, std::map<const Job*, PartInWork>& parts,
                         std::stop_token stop);
  void settle(const Job& job, const StepResult& result);
  void reject(const kafka::Record& record, std::uint64_t generation,
              const DeadLetterReason& reason);
  bool failed_too_often(const Job& job);

  const PipelineOptions options;
  CodeGraph& graph;
  base::Clock& clock;
  WorkerMetrics metrics;
  const IngestedEventParser parser;
  Partitions partitions;
  IngestionWatch watch;
  Lanes lanes;
  kafka::Source* source = nullptr;  // poll thread only
  base::Clock::Monotonic next_housekeeping;
  mutable base::Mutex mutex;
  std::map<Attempt, int> attempts ARGUS_GUARDED_BY(mutex);
  std::optional<std::string> source_problem ARGUS_GUARDED_BY(mutex);
  bool joined ARGUS_GUARDED_BY(mutex) = false;  // partitions were assigned once
  // Threads, last: they use the members above, and end in the reverse order.
  ExtractionPool pool;
  IngestionStep step;
  Outage outage;
  Committer committer;
  std::vector<std::jthread> lane_threads;
};

// ---- poll thread ----

void Pipeline::State::accept(kafka::Record record) {
  const auto generation = partitions.begin(record);
  if (!generation) return;
  IngestedEvent event = parser.parse(text_headers(record.headers), record.value);
  if (const auto* rejection = std::get_if<Rejection>(&event)) {
    reject(record, *generation,
           {"VALUE_CONVERTER", std::string(reason_word(rejection->reason)), rejection->message});
    partitions.dealt(record, *generation);
    return;
  }
  Job job{std::make_shared<const kafka::Record>(std::move(record)), *generation, {}};
  if (auto* part = std::get_if<IngestedPart>(&event)) {
    job.event = std::move(*part);
  } else {
    job.event = std::get<IngestedManifest>(std::move(event));
  }
  const std::string dataset = dataset_name(head_of(job).tenant, DatasetType::kCodebase);
  lanes.push(dataset, std::move(job));
}

void Pipeline::State::follow(const Partitions::Flow& flow) {
  if (!flow.pause.empty()) source->pause(flow.pause);
  if (!flow.resume.empty()) source->resume(flow.resume);
}

// After an outage everything that is not final is read again: what was written and not yet on disk
// may be gone with the store.
void Pipeline::State::recover(std::uint64_t number) {
  commit();
  const auto offsets = partitions.rewind();
  lanes.drop([](const Job&) { return true; });
  try {
    follow(partitions.flow(false));
    source->rewind(offsets);
    outage.end(number);
  } catch (const kafka::BrokerError& error) {
    if (error.fatal()) throw;
    outage.begin(error.what());
  }
}

bool Pipeline::State::commit() {
  const auto offsets = partitions.committable();
  if (offsets.empty()) return true;
  try {
    source->commit(offsets);
    partitions.committed(offsets);
    return true;
  } catch (const kafka::BrokerError& error) {
    if (error.fatal()) throw;
    // The next commit says the same or more.
    base::log_warning("commit failed", {{"reason", error.what()}});
    return false;
  }
}

// Lets what is being processed end, and commits it. What only waits in a lane is dropped first: it
// will be read again, by us or by the partition's next owner.
void Pipeline::State::drain(std::span<const kafka::TopicPartition> places) {
  const std::set<kafka::TopicPartition> leaving(places.begin(), places.end());
  std::size_t dropped =
      lanes.drop([&](const Job& job) { return leaving.contains(job.record->place); });
  const auto deadline = clock.monotonic() + options.drain;
  constexpr std::chrono::milliseconds kLook{10};
  while (partitions.unfinished(places) > dropped && !outage.reason() &&
         clock.monotonic() < deadline) {
    clock.sleep_for(kLook, {});
  }
  try {
    commit();
  } catch (const kafka::BrokerError& error) {
    base::log_warning("commit failed", {{"reason", error.what()}});
  }
}

void Pipeline::State::assigned(const std::vector<kafka::TopicPartition>& places) {
  partitions.assign(places);
  base::log_info("partitions assigned", {{"count", places.size()}});
  const base::MutexLock lock(mutex);
  joined = true;
}

void Pipeline::State::revoked(const std::vector<kafka::TopicPartition>& places) {
  drain(places);
  lost(places);
}

void Pipeline::State::lost(const std::vector<kafka::TopicPartition>& places) {
  partitions.remove(places);
  const std::set<kafka::TopicPartition> gone(places.begin(), places.end());
  lanes.drop([&](const Job& job) { return gone.contains(job.record->place); });
  base::log_info("partitions revoked", {{"count", places.size()}});
}

void Pipeline::State::housekeeping() {
  {
    const base::MutexLock lock(mutex);
    source_problem = source->problem();
  }
  metrics.bytes_in_flight(partitions.bytes());
  const auto now = clock.monotonic();
  if (now < next_housekeeping) return;
  next_housekeeping = now + kHousekeepingPeriod;
  for (const auto& place : partitions.all()) {
    const auto end = source->end_offset(place);
    const auto position = partitions.position(place);
    if (end && position) metrics.lag(place, std::max<std::int64_t>(0, *end - *position));
  }
  for (const auto& [dataset, ingestion] : watch.expired(now - options.ingestion_expiry)) {
    metrics.ingestion_expired();
    base::log_warning("an ingestion was never completed: send it again",
                      {{"dataset", dataset}, {"ingestion_id", ingestion}});
  }
}

void Pipeline::State::run(kafka::Source& from, std::stop_token stop) {
  source = &from;
  while (!stop.stop_requested()) {
    if (const auto number = outage.recovered()) recover(*number);
    follow(partitions.flow(outage.reason().has_value()));
    if (auto record = source->poll(kPollTimeout)) accept(std::move(*record));
    commit();
    housekeeping();
  }
  const auto places = partitions.all();
  drain(places);
  source->close();
}

// ---- lane threads ----

void Pipeline::State::serve_lanes(std::stop_token stop) {
  while (auto claim = lanes.claim(stop)) {
    const auto begin = clock.monotonic();
    try {
      process(*claim, stop);
    } catch (const std::exception& error) {
      // The claim's jobs are unfinished: they are read again when the outage is over.
      if (!stop.stop_requested()) outage.begin(error.what());
    }
    metrics.batch(clock.monotonic() - begin);
    lanes.release(claim->dataset);
  }
}

void Pipeline::State::process(Claim& claim, std::stop_token stop) {
  std::map<const Job*, PartInWork> parts;
  std::erase_if(claim.jobs, [this](const Job& job) {
    return !partitions.current(job.record->place, job.generation);
  });
  begin_parts(claim, parts, stop);
  for (const Job& job : claim.jobs) {
    if (outage.reason() || !partitions.current(job.record->place, job.generation)) return;
    try {
      settle(job, finish_step(job, parts, stop));
    } catch (const GraphError& error) {
      if (error.retryable()) throw;
      reject(*job.record, job.generation, {"TASK_PUT", "graph_refused", error.what()});
    } catch (const std::exception& error) {
      if (stop.stop_requested() || !failed_too_often(job)) throw;
      reject(*job.record, job.generation, {"TRANSFORMATION", "processing_failed", error.what()});
    }
    partitions.dealt(*job.record, job.generation);
  }
}

// Extraction of all parts of the claim begins before the first is written, so that the processor
// works while the store does.
void Pipeline::State::begin_parts(Claim& claim, std::map<const Job*, PartInWork>& parts,
                                  std::stop_token stop) {
  for (const Job& job : claim.jobs) {
    const auto* part = std::get_if<IngestedPart>(&job.event);
    if (part == nullptr || outage.reason()) continue;
    try {
      parts.emplace(&job, step.begin_part(*part, stop));
    } catch (const GraphError& error) {
      if (error.retryable()) throw;
      // finish_step() meets the same refusal, in the order of the lane.
    }
  }
}

StepResult Pipeline::State::finish_step(const Job& job, std::map<const Job*, PartInWork>& parts,
                                        std::stop_token stop) {
  if (const auto* manifest = std::get_if<IngestedManifest>(&job.event)) {
    return step.write_manifest(*manifest, stop);
  }
  const auto found = parts.find(&job);
  if (found != parts.end()) return step.write_part(found->second, stop);
  PartInWork again = step.begin_part(std::get<IngestedPart>(job.event), stop);
  return step.write_part(again, stop);
}

void Pipeline::State::settle(const Job& job, const StepResult& result) {
  const IngestedHead& head = head_of(job);
  const std::string dataset = dataset_name(head.tenant, DatasetType::kCodebase);
  FinishedJob finished{job.record->place, job.record->offset, job.generation, true, {}};
  if (result.analyzed) {
    finished.announcements.push_back(
        outbound(write_analyzed(*result.analyzed), options.analyzed_topic));
    base::log_info("codebase analyzed", {{"dataset", dataset},
                                         {"ingestion_id", head.ingestion_id},
                                         {"files_changed", result.analyzed->files_changed},
                                         {"files_deleted", result.analyzed->files_deleted},
                                         {"files_missing", result.analyzed->files_missing}});
  }
  if (result.state == IngestionState::kPending) {
    watch.pending({dataset, head.ingestion_id}, clock.monotonic());
  } else {
    watch.ended({dataset, head.ingestion_id});
  }
  metrics.extracted(result.files, result.lines);
  metrics.event(job.record->place.topic, "processed");
  {
    const base::MutexLock lock(mutex);
    attempts.erase({job.record->place, job.record->offset});
  }
  committer.finished(std::move(finished));
}

void Pipeline::State::reject(const kafka::Record& record, std::uint64_t generation,
                             const DeadLetterReason& reason) {
  base::log_warning("message dead-lettered", {{"topic", record.place.topic},
                                              {"partition", record.place.partition},
                                              {"offset", record.offset},
                                              {"reason", reason.message}});
  metrics.event(record.place.topic, "dead_lettered");
  metrics.dead_letter(reason.word);
  FinishedJob finished{record.place, record.offset, generation, false, {}};
  finished.announcements.push_back(
      dead_letter(record, reason, options.dead_letter_topic, clock.wall()));
  committer.finished(std::move(finished));
}

bool Pipeline::State::failed_too_often(const Job& job) {
  const base::MutexLock lock(mutex);
  const Attempt attempt{job.record->place, job.record->offset};
  if (++attempts[attempt] < kAttemptsMax) return false;
  attempts.erase(attempt);
  return true;
}

// ---- the surface ----

Pipeline::Pipeline(PipelineOptions options, CodeGraph& graph, kafka::Sink& sink,
                   MakeExtractor extractor, base::Metrics& metrics, base::Clock& clock)
    : state_(std::make_unique<State>(std::move(options), graph, sink, std::move(extractor), metrics,
                                     clock)) {}

Pipeline::~Pipeline() = default;

kafka::RebalanceListener& Pipeline::listener() { return *state_; }

void Pipeline::run(kafka::Source& source, std::stop_token stop) { state_->run(source, stop); }

std::optional<std::string> Pipeline::problem() const {
  if (auto reason = state_->outage.reason()) return reason;
  const base::MutexLock lock(state_->mutex);
  if (state_->source_problem) return state_->source_problem;
  if (!state_->joined) return "The consumer group has not assigned partitions yet.";
  return std::nullopt;
}

}  // namespace argus::worker
