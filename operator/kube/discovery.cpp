#include "kube/discovery.h"

#include "kube/request_path.h"

namespace argus::kube {
namespace {

// The resource of one entry; std::nullopt for a subresource ("pods/status") and for what is no
// entry.
std::optional<Resource> resource_from(const Json& entry, const GroupVersionKind& gvk) {
  if (!entry.is_object()) return std::nullopt;
  Resource resource;
  resource.gvk = {gvk.group, gvk.version, text_member(entry, "kind")};
  resource.plural = text_member(entry, "name");
  const auto namespaced = entry.find("namespaced");
  resource.namespaced =
      namespaced != entry.end() && namespaced->is_boolean() && namespaced->get<bool>();
  const bool subresource = resource.plural.find('/') != std::string::npos;
  if (subresource || resource.plural.empty() || resource.gvk.kind.empty()) return std::nullopt;
  return resource;
}

}  // namespace

std::optional<Resource> Discovery::resource_for(const GroupVersionKind& gvk, std::stop_token stop) {
  const auto kinds = kinds_of(gvk, std::move(stop));
  const auto found = kinds->find(gvk.kind);
  if (found == kinds->end()) return std::nullopt;
  return found->second;
}

std::shared_ptr<const Discovery::Kinds> Discovery::kinds_of(const GroupVersionKind& gvk,
                                                            std::stop_token stop) {
  const std::pair key(gvk.group, gvk.version);
  std::uint64_t era = 0;
  {
    const base::MutexLock lock(mutex_);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    era = era_;
  }
  const std::optional<Json> list =
      fetch_(group_version_path(gvk.group, gvk.version), std::move(stop));
  auto kinds = std::make_shared<Kinds>();
  if (list && list->is_object() && list->contains("resources")) {
    for (const Json& entry : (*list)["resources"]) {
      if (auto resource = resource_from(entry, gvk)) {
        std::string kind = resource->gvk.kind;
        kinds->emplace(std::move(kind), std::move(*resource));
      }
    }
  }
  const base::MutexLock lock(mutex_);
  if (era == era_) known_[key] = kinds;
  return kinds;
}

void Discovery::forget() {
  const base::MutexLock lock(mutex_);
  known_.clear();
  ++era_;
}

}  // namespace argus::kube
