#include "argusdatalayer/plan/ownership.h"

#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {
namespace {

std::string in_metadata(const Json& object, const char* map, std::string_view key) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end()) return {};
  const auto found = metadata->find(map);
  return found == metadata->end() ? "" : found->value(std::string(key), "");
}

}  // namespace

bool is_ours(const Json& object) {
  return in_metadata(object, "labels", label::kManagedByKey) == kManagedBy;
}

bool wants_adoption(const Json& object) {
  return in_metadata(object, "annotations", kAdoptAnnotation) == "true";
}

std::string name_taken(const std::string& object) {
  return object +
         " is there and not the operator's: rename or delete it, or give it to the data layer with "
         "annotation " +
         std::string(kAdoptAnnotation) + ": \"true\"";
}

}  // namespace argus::adl
