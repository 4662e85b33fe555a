#include "canonical.h"
#include "argusdatalayer/model/json.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

void blank(Json& object, const char* pointer) {
  const Json::json_pointer at(pointer);
  if (object.contains(at)) object[at] = "...";
}

// "--users-hash=..." of a password that is another in each namespace.
void blank_hash(Json& argument) {
  const auto text = argument.get<std::string>();
  for (const char* option : {"--users-hash=", "--users-salt="}) {
    if (text.starts_with(option)) argument = std::string(option) + "...";
  }
}

}  // namespace

Json content(Json object) {
  object.erase("status");
  for (const char* field : {"resourceVersion", "generation", "managedFields"}) {
    object["metadata"].erase(field);
  }
  return object;
}

Json canonical(const Json& object) {
  Json result = content(object);
  std::string text = result.dump();
  replace_all(text, kube::key_of(object).ns, "the-namespace");
  result = Json::parse(text);
  Json& metadata = result["metadata"];
  for (const char* field : {"uid", "creationTimestamp"}) metadata.erase(field);
  for (Json& owner : metadata["ownerReferences"]) owner.erase("uid");
  blank(result, "/metadata/annotations/argus.dev~1applied-hash");
  blank(result, "/metadata/annotations/argus.dev~1secret-salt");
  for (const char* annotation : {"argus.dev~1config-hash", "argus.dev~1secret-hashes"}) {
    blank(result, ("/spec/template/metadata/annotations/" + std::string(annotation)).c_str());
    blank(result, ("/spec/podTemplate/metadata/annotations/" + std::string(annotation)).c_str());
  }
  blank(result, "/metadata/annotations/argus.dev~1password-hash");
  const Json::json_pointer containers("/spec/template/spec/containers");
  if (result.contains(containers)) {
    for (Json& container : result[containers]) {
      if (!container.contains("args")) continue;
      for (Json& argument : container["args"]) blank_hash(argument);
    }
  }
  if (result.value("kind", "") == "Service") {
    for (const char* field : {"clusterIP", "clusterIPs"}) result["spec"].erase(field);
  }
  if (result.value("kind", "") == "Secret") {
    for (auto& [key, value] : result["data"].items()) value = "...";
  }
  return result;
}

}  // namespace argus::adl
