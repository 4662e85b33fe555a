#include "pipeline/worker_metrics.h"

namespace argus::worker {

WorkerMetrics::WorkerMetrics(base::Metrics& metrics)
    : metrics_(metrics),
      files_(metrics.counter("argus_worker_files_total", "Files extracted and written.")),
      lines_(metrics.counter("argus_worker_lines_total", "Lines of code extracted and written.")),
      batch_seconds_(metrics.histogram("argus_worker_batch_seconds",
                                       "From the first extraction of a turn to its last write.",
                                       {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60})),
      store_up_(metrics.gauge("argus_worker_store_up", "1 while the graph store can be used.")),
      outages_(metrics.counter("argus_worker_outages_total",
                               "Times that consumption paused because a store or the broker was "
                               "unusable.")),
      expired_(metrics.counter("argus_worker_expired_ingestions_total",
                               "Ingestions that stayed incomplete for too long.")),
      in_flight_(metrics.gauge("argus_worker_in_flight_bytes",
                               "Bytes of messages read and not yet dealt with.")) {
  store_up_.set(1);
}

void WorkerMetrics::event(const std::string& topic, const std::string& outcome) {
  metrics_
      .counter("argus_worker_events_total", "Messages by topic and outcome.",
               {{"topic", topic}, {"outcome", outcome}})
      .increment();
}

void WorkerMetrics::dead_letter(const std::string& reason) {
  metrics_
      .counter("argus_worker_dead_letters_total", "Messages sent to the dead letter topic.",
               {{"reason", reason}})
      .increment();
}

void WorkerMetrics::extracted(std::uint64_t files, std::uint64_t lines) {
  files_.increment(static_cast<double>(files));
  lines_.increment(static_cast<double>(lines));
}

void WorkerMetrics::batch(std::chrono::duration<double> duration) {
  batch_seconds_.observe(duration.count());
}

void WorkerMetrics::lag(const kafka::TopicPartition& place, std::int64_t messages) {
  metrics_
      .gauge("argus_worker_lag_messages", "Messages of the partition that are not committed yet.",
             {{"topic", place.topic}, {"partition", std::to_string(place.partition)}})
      .set(static_cast<double>(messages));
}

}  // namespace argus::worker
