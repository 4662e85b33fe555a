// The worker's metrics, each registered once. docs/events.md lists what the labels mean.
//
// Threads: every method may be called from any thread. Ownership: `metrics` outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/metrics.h"
#include "kafka/record.h"

namespace argus::worker {

class WorkerMetrics {
 public:
  explicit WorkerMetrics(base::Metrics& metrics);

  // outcome: processed, dead_lettered
  void event(const std::string& topic, const std::string& outcome);
  void dead_letter(const std::string& reason);
  void extracted(std::uint64_t files, std::uint64_t lines);
  void batch(std::chrono::duration<double> duration);
  void lag(const kafka::TopicPartition& place, std::int64_t messages);
  // Consumption paused, or goes on.
  void store_up(bool up) {
    store_up_.set(up ? 1 : 0);
    if (!up) outages_.increment();
  }
  void ingestion_expired() { expired_.increment(); }
  void bytes_in_flight(std::size_t bytes) { in_flight_.set(static_cast<double>(bytes)); }

 private:
  base::Metrics& metrics_;
  base::Counter& files_;
  base::Counter& lines_;
  base::Histogram& batch_seconds_;
  base::Gauge& store_up_;
  base::Counter& outages_;
  base::Counter& expired_;
  base::Gauge& in_flight_;
};

}  // namespace argus::worker
