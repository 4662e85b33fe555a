#include "pipeline/ingestion_watch.h"

namespace argus::worker {

void IngestionWatch::pending(const Name& name, Time now) {
  const base::MutexLock lock(mutex_);
  last_[name] = now;
}

void IngestionWatch::ended(const Name& name) {
  const base::MutexLock lock(mutex_);
  last_.erase(name);
}

std::vector<IngestionWatch::Name> IngestionWatch::expired(Time limit) {
  const base::MutexLock lock(mutex_);
  std::vector<Name> names;
  for (auto entry = last_.begin(); entry != last_.end();) {
    if (entry->second < limit) {
      names.push_back(entry->first);
      entry = last_.erase(entry);
    } else {
      ++entry;
    }
  }
  return names;
}

}  // namespace argus::worker
