#include <vector>

#include "api_reference.h"
#include "argusdatalayer/model/defaults.h"
#include "argusdatalayer/model/json.h"

namespace argus::adl {
namespace {

constexpr std::string_view kIntroduction =
    R"(# The ArgusDataLayer resource

`argus.dev/v1alpha1`, kind `ArgusDataLayer`, short name `adl`. One namespace holds one data layer, because
its objects have fixed names. `spec: {}` is complete: every field has a default or is derived. The same text
is in `kubectl explain argusdatalayer.spec`.

Defaults are applied by the operator and not written into the stored resource: `spec: {}` stays `{}`, and a
newer version's defaults take effect. A resource that was stored by version 0.1.0 has that version's defaults
in it, as if somebody had written them.

This page is rendered from `crds/argusdatalayers.argus.dev.yaml` and
`controllers/argusdatalayer/model/defaults.yaml`; a test compares them. Samples:
[empty](../deploy/samples/argus.yaml), [minimal](../deploy/samples/argus-minimal.yaml),
[everything](../deploy/samples/argus-full.yaml).

An amount is a Kubernetes quantity: `500m` is half a core, `2Gi` are 2 x 2^30 bytes.
)";

std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.replace(at, 1, "\\|");
  }
  return text;
}

std::string range(const Json& schema, const char* least, const char* most, const char* unit) {
  std::string result;
  if (schema.contains(least)) result = schema.at(least).dump();
  if (schema.contains(most)) {
    result = result.empty() ? "at most " + schema.at(most).dump()
                            : result + " to " + schema.at(most).dump();
  }
  return result.empty() ? result : ", " + result + unit;
}

std::string type_of(const Json& schema) {
  if (schema.contains("x-kubernetes-int-or-string")) return "amount";
  std::string type = schema.value("type", "");
  if (schema.contains("enum")) {
    std::string values;
    for (const Json& value : schema.at("enum")) {
      values += (values.empty() ? "`" : ", `") + value.get<std::string>() + "`";
    }
    return "one of " + values;
  }
  if (type == "string") {
    std::string format = schema.value("format", "");
    if (!format.empty()) return format;
    return "text" + range(schema, "minLength", "maxLength", " characters");
  }
  if (type == "integer") return "number" + range(schema, "minimum", "maximum", "");
  if (type == "array") {
    return "list of " +
           (schema.at("items").contains("properties") ? std::string("objects")
                                                      : type_of(schema.at("items"))) +
           range(schema, "minItems", "maxItems", " entries");
  }
  if (schema.contains("additionalProperties")) {
    return "map of text" + range(schema, "minProperties", "maxProperties", " entries");
  }
  return type;
}

std::string default_of(const Json& schema, bool required) {
  if (required) return "required";
  if (!schema.contains("default")) return "";
  return "`" + shown_default(schema.at("default")) + "`";
}

// Without the sentence that repeats the default, which has a column of its own here.
std::string description_of(const Json& schema) {
  auto text = schema.at("description").get<std::string>();
  if (!schema.contains("default")) return text;
  const auto sentence = text.rfind(" Default: " + shown_default(schema.at("default")) + ".");
  if (sentence != std::string::npos) text.resize(sentence);
  return text;
}

bool is_required(const Json& parent, const std::string& name) {
  if (!parent.contains("required")) return false;
  for (const Json& required : parent.at("required")) {
    if (required == name) return true;
  }
  return false;
}

// One row for each value below `schema`; groups of fields have a row for their description.
void rows(const Json& schema, const std::string& path, std::string& out) {
  for (const auto& [name, inner] : schema.at("properties").items()) {
    const std::string at = path.empty() ? name : path + "." + name;
    const bool group = inner.contains("properties");
    const std::string shown_default =
        group && !is_required(schema, name) ? "" : default_of(inner, is_required(schema, name));
    out += "| `" + at + "` | " + cell(type_of(inner)) + " | " + cell(shown_default) + " | " +
           cell(description_of(inner)) + " |\n";
    if (group) rows(inner, at, out);
    if (inner.contains("items") && inner.at("items").contains("properties")) {
      rows(inner.at("items"), at + "[]", out);
    }
  }
}

std::string section(const std::string& title, const Json& schema, const std::string& path) {
  std::string out = "\n## " + title + "\n\n" + schema.at("description").get<std::string>() + "\n";
  if (!schema.contains("properties")) return out;
  out += "\n| field | type | default | |\n|---|---|---|---|\n";
  rows(schema, path, out);
  return out;
}

std::string refusals(const Json& root) {
  std::string out =
      "\n## What is refused\n\nBesides types, bounds and unknown fields, with these sentences:\n\n";
  for (const Json& rule : root.at("x-kubernetes-validations")) {
    out += "- " + rule.at("message").get<std::string>() + "\n";
  }
  return out;
}

}  // namespace

std::string api_reference(const Json& crd, const Json& spec) {
  const Json& root = crd.at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema");
  std::string out(kIntroduction);

  Json single = Json::object();  // the fields of spec that are not groups
  single["description"] = spec.at("description");
  for (const auto& [name, schema] : spec.at("properties").items()) {
    if (!schema.contains("properties")) single["properties"][name] = schema;
  }
  out += section("spec", single, "");
  for (const auto& [name, schema] : spec.at("properties").items()) {
    if (schema.contains("properties")) out += section("spec." + name, schema, "");
  }
  out += refusals(root);
  out += section("status", root.at("properties").at("status"), "");
  return out;
}

}  // namespace argus::adl
