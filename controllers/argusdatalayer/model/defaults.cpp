#include "argusdatalayer/model/defaults.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "argusdatalayer/model/embedded_text.h"
#include "base/yaml_reader.h"

namespace argus::adl {
namespace {

constexpr std::string_view kEntries = "[]";

// The schema of what `path` names.
Json& at_path(Json& schema, const std::string& path) {
  Json* found = &schema;
  for (std::size_t start = 0; start < path.size();) {
    const std::size_t end = std::min(path.find('.', start), path.size());
    std::string name = path.substr(start, end - start);
    const bool entries =
        name.size() > kEntries.size() && name.substr(name.size() - kEntries.size()) == kEntries;
    if (entries) name.resize(name.size() - kEntries.size());
    const Json::json_pointer inner("/properties/" + name + (entries ? "/items" : ""));
    if (!found->contains(inner)) {
      throw std::logic_error("defaults.yaml names a field that the CRD does not have: " + path);
    }
    found = &found->at(inner);
    start = end + 1;
  }
  return *found;
}

void add_groups(Json& schema) {
  if (const auto items = schema.find("items"); items != schema.end()) add_groups(*items);
  const auto properties = schema.find("properties");
  if (properties == schema.end()) return;
  for (auto& [name, inner] : properties->items()) {
    if (inner.contains("properties") && !inner.contains("required")) {
      inner["default"] = Json::object();
    }
    add_groups(inner);
  }
}

}  // namespace

const Json& default_values() {
  static const Json parsed = base::parse_yaml(kDefaultsText).at(0);
  return parsed;
}

Json schema_with_defaults(Json schema, const Json& defaults) {
  add_groups(schema);
  for (const auto& [path, value] : defaults.items()) at_path(schema, path)["default"] = value;
  return schema;
}

std::string shown_default(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace argus::adl
