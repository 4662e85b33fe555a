// Makes finished work final: one barrier for everything that finished before it, then the
// announcements, then the word that the offsets may be committed.
//
// A store flushes once a second or so, and a barrier waits for that. Several may wait at once, so
// that what finishes meanwhile is covered by the same flush; they take effect in order.
//
// Threads: a few of its own; finished() from any thread. Failure: none of its own: a
// barrier or announcement that fails begins an outage, and its batch is forgotten, since it will be
// read again. So is what finishes during an outage: the store may have lost it before it came back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "graph/code_graph.h"
#include "kafka/source.h"
#include "pipeline/finished_job.h"
#include "pipeline/outage.h"

namespace argus::worker {

class Committer {
 public:
  // Both are called on the committer's threads, one at a time. `current`: false for a job that was
  // thrown away since, and will be read again. `settled`: the job is final.
  struct Calls {
    std::function<bool(const FinishedJob&)> current;
    std::function<void(const FinishedJob&)> settled;
  };
  Committer(CodeGraph& graph, kafka::Sink& sink, Outage& outage, base::Clock& clock,
            std::chrono::milliseconds period, Calls calls);

  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  void finished(FinishedJob job);

 private:
  struct Batch {
    std::uint64_t number = 0;
    std::vector<FinishedJob> jobs;
  };
  void run(std::stop_token stop);
  std::optional<Batch> take(std::stop_token stop);
  void forget_stale(std::vector<FinishedJob>& jobs) const;
  // What went wrong, or nothing.
  std::optional<std::string> make_durable(const std::vector<FinishedJob>& jobs,
                                          std::stop_token stop);
  void settle(const std::vector<FinishedJob>& jobs);

  CodeGraph& graph_;
  kafka::Sink& sink_;
  Outage& outage_;
  base::Clock& clock_;
  const std::chrono::milliseconds period_;
  const Calls calls_;
  base::Mutex take_mutex_;  // one thread at a time waits for work
  base::Clock::Monotonic next_take_ ARGUS_GUARDED_BY(take_mutex_);
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  std::vector<FinishedJob> waiting_ ARGUS_GUARDED_BY(mutex_);
  std::uint64_t taken_ ARGUS_GUARDED_BY(mutex_) = 0;    // batches
  std::uint64_t settled_ ARGUS_GUARDED_BY(mutex_) = 0;  // the number of the batch whose turn it is
  std::vector<std::jthread> threads_;                   // last: they use the members above
};

}  // namespace argus::worker
