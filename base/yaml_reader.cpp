#include "base/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <limits>
#include <optional>

namespace argus::base {
namespace {

using nlohmann::json;

std::string at_line(const YAML::Mark& mark, const std::string& message) {
  return "line " + std::to_string(mark.line + 1) + ": " + message;
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text, int radix = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<json> integer(std::string_view text) {
  if (text.substr(0, 2) == "0x") {
    const auto value = whole_number<std::uint64_t>(text.substr(2), 16);
    return value ? std::optional<json>(*value) : std::nullopt;
  }
  if (text.substr(0, 2) == "0o") {
    const auto value = whole_number<std::uint64_t>(text.substr(2), 8);
    return value ? std::optional<json>(*value) : std::nullopt;
  }
  const std::string_view digits = text.substr(text.substr(0, 1) == "+" ? 1 : 0);
  if (const auto value = whole_number<std::int64_t>(digits)) return json(*value);
  if (const auto value = whole_number<std::uint64_t>(digits)) return json(*value);
  return std::nullopt;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
std::optional<json> floating(std::string_view text) {
  const std::string_view unsigned_text = text.substr(text.find_first_of("+-") == 0 ? 1 : 0);
  // Refuses what from_chars() takes beyond the schema: "inf", "nan".
  if (unsigned_text.find_first_of("0123456789") > 1 ||
      unsigned_text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view digits = text.substr(text.substr(0, 1) == "+" ? 1 : 0);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return json(value);
}

json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  // "!" is yaml-cpp's tag of a quoted scalar, "?" of a plain one.
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto number = integer(text)) return *number;
  if (auto number = floating(text)) return *number;
  return text;
}

class Converter {
 public:
  json convert(const YAML::Node& node, int depth) {
    if (depth > kYamlDepthMax) {
      throw YamlError(
          at_line(node.Mark(), "nested deeper than " + std::to_string(kYamlDepthMax) + " levels"));
    }
    if (++values_ > kYamlValuesMax) {
      throw YamlError(
          at_line(node.Mark(), "more than " + std::to_string(kYamlValuesMax) + " values"));
    }
    if (node.IsScalar()) return scalar(node);
    if (node.IsSequence()) {
      json list = json::array();
      for (const YAML::Node& item : node) list.push_back(convert(item, depth + 1));
      return list;
    }
    return node.IsMap() ? map(node, depth) : json();
  }

 private:
  json map(const YAML::Node& node, int depth) {
    json object = json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) {
        throw YamlError(at_line(entry.first.Mark(), "a key must be a plain word"));
      }
      const std::string& key = entry.first.Scalar();
      if (object.contains(key)) {
        throw YamlError(at_line(entry.first.Mark(), "the key \"" + key + "\" is there twice"));
      }
      object[key] = convert(entry.second, depth + 1);
    }
    return object;
  }

  int values_ = 0;
};

}  // namespace

std::vector<json> parse_yaml(std::string_view text) {
  std::vector<json> documents;
  try {
    Converter converter;
    for (const YAML::Node& document : YAML::LoadAll(std::string(text))) {
      json value = converter.convert(document, 0);
      if (!value.is_null()) documents.push_back(std::move(value));
    }
  } catch (const YAML::Exception& error) {
    throw YamlError(at_line(error.mark, error.msg));
  }
  return documents;
}

}  // namespace argus::base
