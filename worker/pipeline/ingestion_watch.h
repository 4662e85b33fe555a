// Ingestions that are incomplete, so that one that never completes is noticed.
//
// Threads: every method may be called from any thread. Failure: none.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace argus::worker {

class IngestionWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Name = std::pair<std::string, std::string>;  // dataset, ingestion_id

  void pending(const Name& name, Time now);
  void ended(const Name& name);
  // Those that have been silent since before `limit`; they are forgotten.
  std::vector<Name> expired(Time limit);

 private:
  base::Mutex mutex_;
  std::map<Name, Time> last_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::worker
