#include "argusdatalayer/render/object_frame.h"

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {
namespace {

Json labelled_object(std::string_view api_version, std::string_view kind, std::string_view name,
                     std::string_view part_name, const Facts& facts) {
  Json result = Json::object();
  result["apiVersion"] = api_version;
  result["kind"] = kind;
  result["metadata"]["name"] = name;
  result["metadata"]["namespace"] = facts.ns;
  result["metadata"]["labels"] = labels(part_name, facts.name);
  return result;
}

}  // namespace

Json owner_references(const Facts& facts) {
  Json references = Json::array();
  if (facts.uid.empty()) return references;
  Json owner = Json::object();
  owner["apiVersion"] = kApiVersion;
  owner["kind"] = kKind;
  owner["name"] = facts.name;
  owner["uid"] = facts.uid;
  owner["controller"] = true;
  owner["blockOwnerDeletion"] = true;
  references.push_back(std::move(owner));
  return references;
}

Json owned_object(std::string_view api_version, std::string_view kind, std::string_view name,
                  std::string_view part_name, const Facts& facts) {
  Json result = labelled_object(api_version, kind, name, part_name, facts);
  Json references = owner_references(facts);
  if (!references.empty()) result["metadata"]["ownerReferences"] = std::move(references);
  return result;
}

Json credential_secret(std::string_view name, std::string_view part_name, const Spec& spec,
                       const Facts& facts) {
  Json result = spec.volumes == VolumeRetention::kDelete
                    ? owned_object("v1", "Secret", name, part_name, facts)
                    : labelled_object("v1", "Secret", name, part_name, facts);
  result["metadata"]["labels"] = retained_labels(part_name, facts.name);
  result["type"] = "Opaque";
  return result;
}

bool is_credential(const Json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end()) return false;
  const auto found = metadata->find("labels");
  return found != metadata->end() && found->contains(std::string(kRetainedForLabel));
}

}  // namespace argus::adl
