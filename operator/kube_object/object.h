// How objects and kinds are named. An object is its JSON; these read the parts every object has.
//
// Threads: values; functions are pure.
#pragma once

#include <compare>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace argus::kube {

using Json = nlohmann::json;

// A snapshot that never changes, shared by whoever reads it; nullptr where there is none.
using SharedObject = std::shared_ptr<const Json>;

// A kind as it is written in a manifest.
struct GroupVersionKind {
  std::string group;  // empty for the core group
  std::string version;
  std::string kind;
  auto operator<=>(const GroupVersionKind&) const = default;
  [[nodiscard]] std::string api_version() const;  // "apps/v1", "v1"
};

// A kind as it is served: what a request path is made of.
struct Resource {
  GroupVersionKind gvk;
  std::string plural;
  bool namespaced = true;
};

struct ObjectKey {
  std::string ns;  // empty for cluster-scoped objects
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
  [[nodiscard]] std::string to_string() const;  // "namespace/name", or "name"
};

struct OwnerReference {
  std::string api_version, kind, name, uid;
  bool controller = false;
};

// Each returns an empty value where the object does not say.
std::string text_member(const Json& object, std::string_view name);
GroupVersionKind gvk_of(const Json& object);
ObjectKey key_of(const Json& object);
std::string uid_of(const Json& object);
std::string resource_version_of(const Json& object);
std::int64_t generation_of(const Json& object);
bool is_being_deleted(const Json& object);
std::optional<OwnerReference> controller_of(const Json& object);

}  // namespace argus::kube

template <>
struct std::hash<argus::kube::ObjectKey> {
  std::size_t operator()(const argus::kube::ObjectKey& key) const noexcept {
    return std::hash<std::string>{}(key.ns) * 31 + std::hash<std::string>{}(key.name);
  }
};
