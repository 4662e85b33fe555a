#include "runtime/served_kinds.h"

#include <vector>

namespace argus::runtime {

ServedKinds::ServedKinds(kube::Client& client) : client_(client) {}

std::optional<kube::Resource> ServedKinds::find(const kube::GroupVersionKind& gvk, bool again,
                                                std::stop_token stop) {
  if (again) client_.forget_discovery();
  return client_.resource_for(gvk, std::move(stop));
}

ServedKinds::Registration ServedKinds::on_change(const std::string& group, Callback callback) {
  auto registration = std::make_shared<const Callback>(std::move(callback));
  const base::MutexLock lock(mutex_);
  std::erase_if(callbacks_, [](const auto& entry) { return entry.second.expired(); });
  callbacks_.emplace(group, registration);
  return registration;
}

void ServedKinds::crd_changed(const std::string& crd_name, bool removed) {
  const auto dot = crd_name.find('.');
  if (dot == std::string::npos) return;
  std::vector<Registration> interested;
  {
    const base::MutexLock lock(mutex_);
    const auto [first, last] = callbacks_.equal_range(crd_name.substr(dot + 1));
    for (auto position = first; position != last; ++position) {
      if (Registration callback = position->second.lock()) interested.push_back(callback);
    }
  }
  for (const Registration& callback : interested) (*callback)(removed);
}

}  // namespace argus::runtime
