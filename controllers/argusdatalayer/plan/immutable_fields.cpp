#include "argusdatalayer/plan/immutable_fields.h"

#include "argusdatalayer/model/quantity.h"

namespace argus::adl {
namespace {

Json at(const Json& object, const char* path) {
  const Json::json_pointer pointer(path);
  return object.contains(pointer) ? object.at(pointer) : Json();
}

bool same_amount(const Json& one, const Json& other) {
  if (!one.is_string() || !other.is_string()) return one == other;
  const auto first = Quantity::parse(one.get<std::string>());
  const auto second = Quantity::parse(other.get<std::string>());
  return first && second ? *first == *second : one == other;
}

bool same_claim(const Json& wanted, const Json& has) {
  for (const char* path : {"/metadata/name", "/metadata/labels", "/spec/accessModes",
                           "/spec/storageClassName", "/spec/volumeMode"}) {
    if (at(wanted, path) != at(has, path)) return false;
  }
  const char* const storage = "/spec/resources/requests/storage";
  return same_amount(at(wanted, storage), at(has, storage));
}

bool same_claims(const Json& wanted, const Json& has) {
  if (wanted.size() != has.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!same_claim(wanted[i], has[i])) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> immutable_differences(const Json& manifest, const Json& live) {
  std::vector<std::string> found;
  if (manifest.at("kind") != "StatefulSet") return found;
  const Json& wanted = manifest.at("spec");
  const Json& has = live.at("spec");
  const auto compare = [&](const char* field, const Json& otherwise) {
    if (wanted.value(field, otherwise) != has.value(field, otherwise)) {
      found.push_back("spec." + std::string(field));
    }
  };
  compare("serviceName", "");
  compare("podManagementPolicy", "OrderedReady");
  if (at(wanted, "/selector/matchLabels") != at(has, "/selector/matchLabels")) {
    found.emplace_back("spec.selector");
  }
  if (!same_claims(wanted.value("volumeClaimTemplates", Json::array()),
                   has.value("volumeClaimTemplates", Json::array()))) {
    found.emplace_back("spec.volumeClaimTemplates");
  }
  return found;
}

}  // namespace argus::adl
