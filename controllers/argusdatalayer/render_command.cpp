#include "argusdatalayer/render_command.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/render/yaml_writer.h"
#include "base/base64.h"
#include "base/yaml_reader.h"

namespace argus::adl {
namespace {

constexpr int kOk = 0;
constexpr int kRefused = 1;
constexpr int kUnreadable = 2;
// The reference's namespace.
constexpr const char* kDefaultNamespace = "argus-data";
// The API server takes no larger object (etcd's request limit).
constexpr std::size_t kFileBytesMax = 1'572'864;

std::optional<std::string> read_all(std::istream& in) {
  std::string text;
  char buffer[8192];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kFileBytesMax) return std::nullopt;
  }
  return text;
}

// The one ArgusDataLayer among the documents; other kinds may stand beside it in the file.
std::optional<Json> find_resource(const std::vector<Json>& documents, const std::string& file,
                                  std::ostream& error) {
  std::optional<Json> found;
  for (const Json& document : documents) {
    if (!document.is_object() || document.value("kind", Json()) != kKind) continue;
    const Json api_version = document.value("apiVersion", Json());
    if (api_version != kApiVersion) {
      error << file << ": apiVersion is " << api_version.dump() << "; write " << kApiVersion
            << "\n";
      return std::nullopt;
    }
    if (found) {
      error << file << ": there are two resources of kind " << kKind
            << "; keep one in a file, as one namespace holds one\n";
      return std::nullopt;
    }
    found = document;
  }
  if (!found) error << file << ": there is no resource of kind " << kKind << " in it\n";
  return found;
}

std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

// Decodes the data of Secrets into stringData: what is shown is for people.
void show_plainly(Json& object) {
  if (object["kind"] != "Secret") return;
  Json plain = Json::object();
  for (const auto& [key, value] : object["data"].items()) {
    plain[key] = base::base64_decode(value.get<std::string>()).value_or("");
  }
  object.erase("data");
  object["stringData"] = std::move(plain);
}

}  // namespace

int render_command(const RenderOptions& options, std::istream& in, std::ostream& out,
                   std::ostream& error) {
  const std::string name = options.file == "-" ? "standard input" : options.file;
  std::optional<std::string> text;
  if (options.file == "-") {
    text = read_all(in);
  } else {
    std::ifstream file(options.file, std::ios::binary);
    if (!file) {
      error << name << ": cannot be opened; give the path of a file with one " << kKind << "\n";
      return kUnreadable;
    }
    text = read_all(file);
  }
  if (!text) {
    error << name << ": is larger than " << kFileBytesMax << " bytes\n";
    return kUnreadable;
  }
  std::optional<Json> resource;
  try {
    resource = find_resource(base::parse_yaml(*text), name, error);
  } catch (const base::YamlError& problem) {
    error << name << ": " << problem.what() << "\n";
  }
  if (!resource) return kUnreadable;

  const Json metadata = resource->value("metadata", Json::object());
  Facts facts;
  facts.name = text_at(metadata, "name");
  if (facts.name.empty()) {
    error << name << ": metadata.name is missing; write one\n";
    return kRefused;
  }
  facts.ns = options.ns.empty() ? text_at(metadata, "namespace") : options.ns;
  if (facts.ns.empty()) facts.ns = kDefaultNamespace;
  facts.installation = options.installation;
  facts.kinds = options.kinds;
  facts.credentials = {kGeneratedPlaceholder, kGeneratedPlaceholder, kGeneratedPlaceholder,
                       kGeneratedPlaceholder};

  const Json spec = resource->value("spec", Json::object());
  const std::vector<Violation> violations = check_spec(spec);
  for (const Violation& violation : violations) error << violation.to_string() << "\n";
  if (!violations.empty()) return kRefused;

  std::vector<Json> objects = render(parse_spec(spec), facts);
  for (Json& object : objects) show_plainly(object);
  out << to_yaml_stream(objects);
  return kOk;
}

}  // namespace argus::adl
