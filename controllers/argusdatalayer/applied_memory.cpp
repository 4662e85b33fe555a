#include "argusdatalayer/applied_memory.h"

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/plan/difference.h"
#include "kube_object/object.h"

namespace argus::adl {

void AppliedMemory::record(const std::string& owner, const Json& wanted, const Json& before,
                           const Json& answer) {
  Entry entry;
  entry.hash = manifest_hash(wanted);
  entry.refused = differences(wanted, answer);
  if (before.is_object() &&
      kube::resource_version_of(before) != kube::resource_version_of(answer)) {
    entry.before_version = kube::resource_version_of(before);
  }
  const base::MutexLock lock(mutex_);
  entries_[owner][describe(wanted)] = std::move(entry);
}

bool AppliedMemory::settled(const std::string& owner, const Json& wanted, const Json& live,
                            const std::vector<std::string>& differences) const {
  const base::MutexLock lock(mutex_);
  const auto of_owner = entries_.find(owner);
  if (of_owner == entries_.end()) return false;
  const auto found = of_owner->second.find(describe(wanted));
  if (found == of_owner->second.end()) return false;
  const Entry& entry = found->second;
  if (entry.hash != manifest_hash(wanted)) return false;
  if (!entry.before_version.empty() && entry.before_version == kube::resource_version_of(live)) {
    return true;  // the cache has not seen our write yet
  }
  return !differences.empty() && differences == entry.refused && applied_from(wanted, live);
}

std::map<std::string, std::vector<std::string>> AppliedMemory::refused(
    const std::string& owner) const {
  std::map<std::string, std::vector<std::string>> result;
  const base::MutexLock lock(mutex_);
  const auto of_owner = entries_.find(owner);
  if (of_owner == entries_.end()) return result;
  for (const auto& [name, entry] : of_owner->second) {
    if (!entry.refused.empty()) result[name] = entry.refused;
  }
  return result;
}

void AppliedMemory::forget(const std::string& owner) {
  const base::MutexLock lock(mutex_);
  entries_.erase(owner);
}

}  // namespace argus::adl
