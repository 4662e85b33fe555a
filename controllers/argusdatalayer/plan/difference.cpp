#include "argusdatalayer/plan/difference.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "argusdatalayer/model/content_hash.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/quantity.h"

namespace argus::adl {
namespace {

// The merge keys of the lists that we render, from the x-kubernetes-list-map-keys of the API's
// OpenAPI document. NetworkPolicy's ports have the same name but are atomic there.
struct ListKeys {
  std::string_view field;
  std::array<std::string_view, 2> keys;
};
constexpr std::array kListKeys = {
    ListKeys{"containers", {"name", ""}},
    ListKeys{"initContainers", {"name", ""}},
    ListKeys{"env", {"name", ""}},
    ListKeys{"volumes", {"name", ""}},
    ListKeys{"volumeMounts", {"mountPath", ""}},
    ListKeys{"imagePullSecrets", {"name", ""}},
    ListKeys{"ownerReferences", {"uid", ""}},
    ListKeys{"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
    ListKeys{"ports", {"containerPort", "protocol"}},
};
constexpr ListKeys kServicePortKeys{"ports", {"port", "protocol"}};

// Fields whose members, or which themselves, are quantities.
constexpr std::array<std::string_view, 8> kQuantityMaps = {
    "requests",       "limits", "hard", "default",
    "defaultRequest", "min",    "max",  "maxLimitRequestRatio"};
constexpr std::array<std::string_view, 3> kQuantityFields = {"sizeLimit", "averageValue",
                                                             "storage"};

// What belongs to its applier whole (x-kubernetes-map-type or -list-type: atomic) and gets no
// defaults: a member that somebody added is a difference too. A label more in a selector, and
// nobody is selected.
constexpr std::array<std::string_view, 7> kWholeFields = {
    "selector", "podSelector", "namespaceSelector", "nodeSelector", "ingress", "egress", "rules"};

template <typename Array>
bool contains(const Array& array, std::string_view value) {
  return std::find(array.begin(), array.end(), value) != array.end();
}

class Comparison {
 public:
  explicit Comparison(std::string kind) : kind_(std::move(kind)) {}

  void compare(const Json& wanted, const Json& live, const std::string& path,
               std::string_view field, std::string_view parent) {
    if (full()) return;
    const int owned_outside = whole_;
    if (contains(kWholeFields, field)) ++whole_;
    if (wanted.is_object() && live.is_object()) {
      compare_objects(wanted, live, path, field);
      if (whole_ > 0) find_added(wanted, live, path);
    } else if (wanted.is_array() && live.is_array()) {
      compare_lists(wanted, live, path, field);
    } else if (wanted != live && !equal_quantities(wanted, live, field, parent)) {
      found_.push_back(path);
    }
    whole_ = owned_outside;
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  [[nodiscard]] bool full() const { return found_.size() >= kDifferencesMax; }

  static bool empty(const Json& value) {
    return value.is_null() || (value.is_structured() && value.empty());
  }

  void find_added(const Json& wanted, const Json& live, const std::string& path) {
    for (const auto& [key, value] : live.items()) {
      if (full()) return;
      const bool defaulted = key == "protocol" && value == "TCP";
      if (!wanted.contains(key) && !empty(value) && !defaulted) found_.push_back(path + "." + key);
    }
  }

  void compare_objects(const Json& wanted, const Json& live, const std::string& path,
                       std::string_view field) {
    for (const auto& [key, value] : wanted.items()) {
      if (full()) return;
      const std::string at = path.empty() ? key : path + "." + key;
      const auto there = live.find(key);
      if (there != live.end()) {
        compare(value, *there, at, key, field);
      } else if (!empty(value)) {
        // The server does not keep what is empty.
        found_.push_back(at);
      }
    }
  }

  void compare_lists(const Json& wanted, const Json& live, const std::string& path,
                     std::string_view field) {
    if (const ListKeys* keys = keys_of(field)) {
      compare_keyed(wanted, live, path, *keys);
      return;
    }
    if (wanted.size() != live.size()) {
      found_.push_back(path);
      return;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      compare(wanted[i], live[i], path + "[" + std::to_string(i) + "]", {}, field);
    }
  }

  void compare_keyed(const Json& wanted, const Json& live, const std::string& path,
                     const ListKeys& keys) {
    for (const Json& element : wanted) {
      if (full()) return;
      const auto there = std::find_if(live.begin(), live.end(), [&](const Json& candidate) {
        return std::all_of(keys.keys.begin(), keys.keys.end(), [&](std::string_view key) {
          return key.empty() || key_value(element, key) == key_value(candidate, key);
        });
      });
      const Json name = key_value(element, keys.keys[0]);
      const std::string at =
          path + "[" + (name.is_string() ? name.get<std::string>() : name.dump()) + "]";
      if (there == live.end()) {
        found_.push_back(at);
      } else {
        compare(element, *there, at, {}, {});
      }
    }
  }

  static Json key_value(const Json& element, std::string_view key) {
    if (!element.is_object()) return nullptr;
    const auto value = element.find(std::string(key));
    if (value != element.end()) return *value;
    return key == "protocol" ? Json("TCP") : Json(nullptr);  // the API's default
  }

  [[nodiscard]] const ListKeys* keys_of(std::string_view field) const {
    if (field == "ports") {
      if (kind_ == "NetworkPolicy") return nullptr;
      if (kind_ == "Service") return &kServicePortKeys;
    }
    const auto* found = std::find_if(kListKeys.begin(), kListKeys.end(),
                                     [&](const ListKeys& keys) { return keys.field == field; });
    return found == kListKeys.end() ? nullptr : &*found;
  }

  static bool equal_quantities(const Json& wanted, const Json& live, std::string_view field,
                               std::string_view parent) {
    if (!contains(kQuantityMaps, parent) && !contains(kQuantityFields, field)) return false;
    if (!wanted.is_string() || !live.is_string()) return false;
    const auto one = Quantity::parse(wanted.get<std::string>());
    const auto other = Quantity::parse(live.get<std::string>());
    return one && other && *one == *other;
  }

  const std::string kind_;
  int whole_ = 0;  // above 0: inside one of kWholeFields
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(const Json& wanted, const Json& live) {
  Comparison comparison(wanted.value("kind", ""));
  comparison.compare(wanted, live, "", {}, {});
  return comparison.take();
}

std::string manifest_hash(const Json& manifest) { return content_hash(manifest.dump()); }

Json with_applied_hash(Json manifest) {
  const std::string hash = manifest_hash(manifest);
  manifest["metadata"]["annotations"][std::string(kAppliedHashAnnotation)] = hash;
  return manifest;
}

bool applied_from(const Json& manifest, const Json& live) {
  const Json::json_pointer annotations("/metadata/annotations");
  if (!live.contains(annotations)) return false;
  return live.at(annotations).value(std::string(kAppliedHashAnnotation), "") ==
         manifest_hash(manifest);
}

}  // namespace argus::adl
