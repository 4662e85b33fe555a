#include "argusdatalayer/plan/secret_references.h"

namespace argus::adl {
namespace {

void add_references(const Json& value, std::set<std::string>& names) {
  if (!value.is_structured()) return;
  if (value.is_object()) {
    if (const auto variable = value.find("secretKeyRef"); variable != value.end()) {
      names.insert(variable->value("name", ""));
    }
    if (const auto volume = value.find("secretName"); volume != value.end()) {
      names.insert(volume->get<std::string>());
    }
  }
  for (const Json& below : value) add_references(below, names);
}

}  // namespace

std::set<std::string> secrets_read_by(const Json& manifest) {
  std::set<std::string> names;
  for (const char* path : {"/spec/template/spec", "/spec/podTemplate/spec"}) {
    const Json::json_pointer pods(path);
    if (manifest.contains(pods)) add_references(manifest.at(pods), names);
  }
  return names;
}

}  // namespace argus::adl
