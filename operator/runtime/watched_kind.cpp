#include "runtime/watched_kind.h"

#include <algorithm>
#include <array>

namespace argus::runtime {

bool beyond_status(const kube::Json& before, const kube::Json& after) {
  static const std::array kParts = {"generation", "labels",          "annotations",
                                    "finalizers", "ownerReferences", "deletionTimestamp"};
  if (kube::uid_of(before) != kube::uid_of(after)) return true;
  const kube::Json nothing;
  const auto part = [&nothing](const kube::Json& object, const char* name) -> const kube::Json& {
    const auto metadata = object.find("metadata");
    if (metadata == object.end()) return nothing;
    const auto found = metadata->find(name);
    return found == metadata->end() ? nothing : *found;
  };
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](const char* name) { return part(before, name) != part(after, name); });
}

std::vector<Request> owners_of_kind(const kube::Json& object, const kube::GroupVersionKind& owner) {
  std::vector<Request> requests;
  const auto metadata = object.find("metadata");
  if (metadata == object.end()) return requests;
  const auto references = metadata->find("ownerReferences");
  if (references == metadata->end() || !references->is_array()) return requests;
  const std::string ns = kube::key_of(object).ns;
  for (const kube::Json& reference : *references) {
    // An owner reference has the shape of an object's head: apiVersion and kind.
    const kube::GroupVersionKind gvk = kube::gvk_of(reference);
    if (gvk.group == owner.group && gvk.kind == owner.kind) {
      requests.push_back({{ns, reference.value("name", "")}});
    }
  }
  return requests;
}

void drop_managed_fields(kube::Json& object) {
  const auto metadata = object.find("metadata");
  if (metadata != object.end()) metadata->erase("managedFields");
}

}  // namespace argus::runtime
