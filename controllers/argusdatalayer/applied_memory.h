// What the API server made of what was applied: so that nothing is applied again when that cannot
// change anything.
//
// Two cases. The cache may not have seen our own write yet, and still shows the object as it was.
// And the server may not keep what we ask for (an older CRD drops a field, a webhook changes one):
// the difference stays however often it is applied.
//
// Threads: every method may be called from any thread. It is only a memory of writes: losing it
// costs one more no-op write each.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "base/mutex.h"

namespace argus::adl {

class AppliedMemory {
 public:
  // `owner`: UID of the resource. `before`: the object as it was, null for one that was created.
  // `answer`: what the server answered to applying `wanted`.
  void record(const std::string& owner, const Json& wanted, const Json& before, const Json& answer);

  [[nodiscard]] bool settled(const std::string& owner, const Json& wanted, const Json& live,
                             const std::vector<std::string>& differences) const;

  // The paths that the server does not keep, by "Kind name".
  [[nodiscard]] std::map<std::string, std::vector<std::string>> refused(
      const std::string& owner) const;

  void forget(const std::string& owner);

 private:
  struct Entry {
    std::string hash;            // of the manifest
    std::string before_version;  // empty when the write changed nothing or created the object
    std::vector<std::string> refused;
  };

  mutable base::Mutex mutex_;
  std::map<std::string, std::map<std::string, Entry>> entries_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::adl
