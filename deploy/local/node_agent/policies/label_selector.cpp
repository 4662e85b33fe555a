#include "node_policies/label_selector.h"

#include <algorithm>

namespace argus::node {
namespace {

using kube::Json;

bool has_value_among(const Json& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool meets(const Json& requirement, const Labels& labels) {
  const std::string operation = requirement.value("operator", "");
  const auto label = labels.find(requirement.value("key", ""));
  const bool present = label != labels.end();
  const Json values = requirement.value("values", Json::array());
  if (operation == "In") return present && has_value_among(values, label->second);
  if (operation == "NotIn") return !present || !has_value_among(values, label->second);
  if (operation == "Exists") return present;
  if (operation == "DoesNotExist") return !present;
  return false;
}

}  // namespace

Labels labels_of(const Json& object) {
  const Json::json_pointer labels("/metadata/labels");
  if (!object.contains(labels) || !object.at(labels).is_object()) return {};
  return object.at(labels).get<Labels>();
}

bool selects(const Json& selector, const Labels& labels) {
  const auto wanted = selector.value("matchLabels", Labels());
  for (const auto& [key, value] : wanted) {
    const auto label = labels.find(key);
    if (label == labels.end() || label->second != value) return false;
  }
  const Json requirements = selector.value("matchExpressions", Json::array());
  return std::all_of(requirements.begin(), requirements.end(),
                     [&](const Json& requirement) { return meets(requirement, labels); });
}

}  // namespace argus::node
