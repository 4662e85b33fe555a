#include "argusdatalayer/report/claims.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "argusdatalayer/model/json.h"

namespace argus::adl {
namespace {

// The ordinal in "data-<set>-<ordinal>", as the StatefulSet controller names claims.
std::optional<int> ordinal_of(const std::string& claim, std::string_view set_name) {
  const std::string prefix = "data-" + std::string(set_name) + "-";
  if (!claim.starts_with(prefix)) return std::nullopt;
  int ordinal = 0;
  const char* const end = claim.data() + claim.size();
  const auto parsed = std::from_chars(claim.data() + prefix.size(), end, ordinal);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return ordinal;
}

}  // namespace

std::string unbound_claims(std::string_view set_name, const std::vector<kube::SharedObject>& claims,
                           const StorageClasses& classes) {
  std::string text;
  for (const kube::SharedObject& claim : claims) {
    const std::string name = kube::key_of(*claim).name;
    if (!ordinal_of(name, set_name)) continue;
    if (is_bound(*claim)) continue;
    const std::string storage_class =
        claim->value("spec", Json::object()).value("storageClassName", "");
    text += (text.empty() ? "claim " : "; claim ") + name + " is not bound";
    const auto known = classes.find(storage_class);
    if (known != classes.end() && !known->second.exists) {
      text += ": storage class " + storage_class + " does not exist";
    } else if (!storage_class.empty()) {
      text += " (storage class " + storage_class + ")";
    }
  }
  return text;
}

std::vector<std::string> leftover_claims(std::string_view set_name, int replicas,
                                         const std::vector<kube::SharedObject>& claims) {
  std::vector<std::pair<int, std::string>> found;
  for (const kube::SharedObject& claim : claims) {
    std::string name = kube::key_of(*claim).name;
    const std::optional<int> ordinal = ordinal_of(name, set_name);
    if (ordinal && *ordinal >= replicas && !kube::is_being_deleted(*claim)) {
      found.emplace_back(*ordinal, std::move(name));
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (auto& [ordinal, name] : found) names.push_back(std::move(name));
  return names;
}

}  // namespace argus::adl
