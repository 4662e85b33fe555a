#include "runtime/cache.h"

#include <algorithm>
#include <stdexcept>

namespace argus::runtime {
namespace {

void append(std::vector<kube::SharedObject>& all, std::vector<kube::SharedObject> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

kube::SharedObject CachedKind::get(const kube::ObjectKey& key) const {
  for (const auto& subscription : subscriptions_) {
    if (kube::SharedObject object = subscription->informer().store().get(key)) return object;
  }
  return nullptr;
}

std::vector<kube::SharedObject> CachedKind::list(std::string_view ns) const {
  std::vector<kube::SharedObject> all;
  for (const auto& subscription : subscriptions_) {
    append(all, subscription->informer().store().list(ns));
  }
  return all;
}

std::vector<kube::SharedObject> CachedKind::owned_by(std::string_view uid) const {
  std::vector<kube::SharedObject> all;
  for (const auto& subscription : subscriptions_) {
    append(all, subscription->informer().store().owned_by(uid));
  }
  return all;
}

std::vector<kube::SharedObject> CachedKind::by_index(std::string_view index,
                                                     const std::string& value) const {
  std::vector<kube::SharedObject> all;
  for (const auto& subscription : subscriptions_) {
    append(all, subscription->informer().store().by_index(index, value));
  }
  return all;
}

bool CachedKind::served() const {
  return std::all_of(subscriptions_.begin(), subscriptions_.end(), [](const auto& subscription) {
    return subscription->informer().status().served.value_or(false);
  });
}

bool CachedKind::synced() const {
  return std::all_of(subscriptions_.begin(), subscriptions_.end(),
                     [this](const auto& subscription) {
                       const InformerStatus status = subscription->informer().status();
                       const bool known_missing = status.served.has_value() && !*status.served;
                       return status.synced || (optional_ && known_missing);
                     });
}

std::string CachedKind::problem() const {
  for (const auto& subscription : subscriptions_) {
    std::string problem = subscription->informer().status().problem;
    if (!problem.empty()) return problem;
  }
  return "";
}

const CachedKind& Cache::kind(const kube::GroupVersionKind& gvk) const {
  const auto found = kinds_.find(gvk);
  if (found == kinds_.end()) {
    throw std::logic_error(gvk.api_version() + " " + gvk.kind +
                           " is not cached: declare it in ControllerOptions");
  }
  return found->second;
}

}  // namespace argus::runtime
