// Makes finished work final: one barrier for everything that finished before it, then the
// announcements, then the word that the offsets may be committed.
//
// Threads: a thread of its own; finished() and idle() from any thread. Failure: none of its own: a
// barrier or announcement that fails begins an outage, and its batch is forgotten, since it will be
// read again. So is what finishes during an outage: the store may have lost it before it came back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "graph/code_graph.h"
#include "kafka/source.h"
#include "pipeline/finished_job.h"
#include "pipeline/outage.h"

namespace argus::worker {

class Committer {
 public:
  // Both are called on the committer's thread. `current`: false for a job that was thrown away
  // since, and will be read again. `settled`: the job is final.
  struct Calls {
    std::function<bool(const FinishedJob&)> current;
    std::function<void(const FinishedJob&)> settled;
  };
  Committer(CodeGraph& graph, kafka::Sink& sink, Outage& outage, base::Clock& clock,
            std::chrono::milliseconds period, Calls calls);

  void finished(FinishedJob job);

 private:
  void run(std::stop_token stop);
  void settle(const std::vector<FinishedJob>& batch, std::stop_token stop);

  CodeGraph& graph_;
  kafka::Sink& sink_;
  Outage& outage_;
  base::Clock& clock_;
  const std::chrono::milliseconds period_;
  const Calls calls_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<FinishedJob> waiting_;  // guarded by mutex_
  std::jthread thread_;               // last: it uses the members above
};

}  // namespace argus::worker
