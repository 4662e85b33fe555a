#include "kube_object/object.h"

namespace argus::kube {
namespace {

// The member of an object, or null where there is none or `object` is no object.
const Json& member(const Json& object, std::string_view name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

const Json& metadata(const Json& object) { return member(object, "metadata"); }

}  // namespace

std::string text_member(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

std::string GroupVersionKind::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

std::string ObjectKey::to_string() const { return ns.empty() ? name : ns + "/" + name; }

GroupVersionKind gvk_of(const Json& object) {
  const std::string api_version = text_member(object, "apiVersion");
  const std::size_t slash = api_version.find('/');
  if (slash == std::string::npos) return {"", api_version, text_member(object, "kind")};
  return {api_version.substr(0, slash), api_version.substr(slash + 1), text_member(object, "kind")};
}

ObjectKey key_of(const Json& object) {
  return {text_member(metadata(object), "namespace"), text_member(metadata(object), "name")};
}

std::string uid_of(const Json& object) { return text_member(metadata(object), "uid"); }

std::string resource_version_of(const Json& object) {
  return text_member(metadata(object), "resourceVersion");
}

std::int64_t generation_of(const Json& object) {
  const Json& generation = member(metadata(object), "generation");
  return generation.is_number_integer() ? generation.get<std::int64_t>() : 0;
}

bool is_being_deleted(const Json& object) {
  return !text_member(metadata(object), "deletionTimestamp").empty();
}

std::optional<OwnerReference> controller_of(const Json& object) {
  const Json& owners = member(metadata(object), "ownerReferences");
  if (!owners.is_array()) return std::nullopt;
  for (const Json& owner : owners) {
    const Json& controller = member(owner, "controller");
    if (controller.is_boolean() && controller.get<bool>()) {
      return OwnerReference{text_member(owner, "apiVersion"), text_member(owner, "kind"),
                            text_member(owner, "name"), text_member(owner, "uid"), true};
    }
  }
  return std::nullopt;
}

}  // namespace argus::kube
