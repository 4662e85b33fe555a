#include "fakes/selector.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "kube/errors.h"

namespace argus::fakes {
namespace {

using kube::Json;

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  const auto last = text.find_last_not_of(' ');
  return std::string(text.substr(first, last - first + 1));
}

// Splits at commas that are not inside parentheses.
std::vector<std::string> requirements(std::string_view selector) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (const char c : selector) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) {
      parts.push_back(trimmed(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  return parts;
}

std::optional<std::string> label(const Json& object, const std::string& key) {
  const Json labels = object.value("/metadata/labels"_json_pointer, Json::object());
  const auto found = labels.find(key);
  if (found == labels.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

bool set_requirement_holds(const std::string& text, std::size_t open, const Json& object) {
  const std::string head = trimmed(std::string_view(text).substr(0, open));
  const auto space = head.rfind(' ');
  if (space == std::string::npos || text.back() != ')') {
    throw kube::ApiError(400, "BadRequest", "unable to parse requirement: " + text);
  }
  const std::string key = trimmed(std::string_view(head).substr(0, space));
  const bool wanted = trimmed(std::string_view(head).substr(space)) == "in";
  const auto values = requirements(std::string_view(text).substr(open + 1, text.size() - open - 2));
  const auto value = label(object, key);
  const bool among = value && std::find(values.begin(), values.end(), *value) != values.end();
  return among == wanted;
}

bool label_requirement_holds(const std::string& text, const Json& object) {
  if (const auto open = text.find('('); open != std::string::npos) {
    return set_requirement_holds(text, open, object);
  }
  if (text.front() == '!') return !label(object, trimmed(std::string_view(text).substr(1)));
  const auto equals = text.find('=');
  if (equals == std::string::npos) return label(object, text).has_value();
  const bool differs = equals > 0 && text[equals - 1] == '!';
  const auto value_at = text.find_first_not_of('=', equals);
  const std::string key = trimmed(std::string_view(text).substr(0, differs ? equals - 1 : equals));
  const std::string value =
      value_at == std::string::npos ? "" : trimmed(std::string_view(text).substr(value_at));
  return (label(object, key) == value) != differs;
}

bool field_requirement_holds(const std::string& text, const Json& object) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    throw kube::ApiError(400, "BadRequest", "invalid selector: " + text);
  }
  const bool differs = equals > 0 && text[equals - 1] == '!';
  std::string path = "/" + text.substr(0, differs ? equals - 1 : equals);
  std::replace(path.begin(), path.end(), '.', '/');
  const auto value_at = text.find_first_not_of('=', equals);
  const std::string value = value_at == std::string::npos ? "" : text.substr(value_at);
  return (object.value(Json::json_pointer(path), std::string()) == value) != differs;
}

}  // namespace

bool labels_match(std::string_view selector, const Json& object) {
  const auto parts = requirements(selector);
  return std::all_of(parts.begin(), parts.end(), [&object](const std::string& part) {
    return label_requirement_holds(part, object);
  });
}

bool fields_match(std::string_view selector, const Json& object) {
  const auto parts = requirements(selector);
  return std::all_of(parts.begin(), parts.end(), [&object](const std::string& part) {
    return field_requirement_holds(part, object);
  });
}

}  // namespace argus::fakes
