// One lane for each dataset: what is in it is done in order, one claim at a time; lanes take turns,
// so that a tenant with much work does not hold up one with little.
//
// Threads: every method may be called from any thread. Failure: none.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "event/ingested_event.h"
#include "kafka/record.h"

namespace argus::worker {

// A valid event on its way to the graph.
struct Job {
  std::shared_ptr<const kafka::Record> record;
  std::uint64_t generation = 0;  // of its partition: stale after a rewind or a rebalance
  std::variant<IngestedPart, IngestedManifest> event;
};
const IngestedHead& head_of(const Job& job);

// A lane's turn: parts of one ingestion, or one manifest message.
struct Claim {
  std::string dataset;
  std::vector<Job> jobs;
};

class Lanes {
 public:
  void push(const std::string& dataset, Job job);
  // Waits for a lane with work; std::nullopt when stopped. The lane is the caller's until
  // release().
  std::optional<Claim> claim(std::stop_token stop);
  void release(const std::string& dataset);
  // Throws away what is not claimed yet and fits; returns how many.
  std::size_t drop(const std::function<bool(const Job&)>& which);

 private:
  struct Lane {
    std::deque<Job> jobs;
    bool claimed = false;
    bool queued = false;  // stands in turns_
  };
  void enqueue(const std::string& dataset, Lane& lane) ARGUS_REQUIRES(mutex_);

  base::Mutex mutex_;
  base::ConditionVariable changed_;
  std::map<std::string, Lane> lanes_ ARGUS_GUARDED_BY(mutex_);
  std::deque<std::string> turns_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::worker
