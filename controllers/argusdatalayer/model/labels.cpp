#include "argusdatalayer/model/labels.h"

#include "argusdatalayer/model/content_hash.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {

std::string label_value(std::string_view name) {
  constexpr std::size_t kLabelValueMax = 63;
  constexpr std::size_t kKept = kLabelValueMax - 17;  // "-" and 16 digits
  if (name.size() <= kLabelValueMax) return std::string(name);
  return std::string(name.substr(0, kKept)) + "-" + content_hash(name);
}

Json selector_labels(std::string_view part_name, std::string_view instance) {
  Json result = Json::object();
  result[std::string(label::kName)] = part_name;
  result[std::string(label::kInstance)] = label_value(instance);
  return result;
}

Json labels(std::string_view part_name, std::string_view instance) {
  Json result = selector_labels(part_name, instance);
  result[std::string(label::kPartOf)] = part::kDataLayer;
  result[std::string(label::kManagedByKey)] = kManagedBy;
  return result;
}

Json retained_labels(std::string_view part_name, std::string_view instance) {
  Json result = labels(part_name, instance);
  result.erase(std::string(label::kInstance));
  result[std::string(kRetainedForLabel)] = label_value(instance);
  return result;
}

}  // namespace argus::adl
