#include "argusdatalayer/model/schema.h"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <stdexcept>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/quantity.h"
#include "base/utf8.h"

namespace argus::adl {
namespace {

constexpr std::string_view kRules = "x-kubernetes-validations";
constexpr std::string_view kIntOrString = "x-kubernetes-int-or-string";

const Json* member(const Json& object, std::string_view key) {
  const auto found = object.find(std::string(key));
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// The beginning of what a person wrote, for a sentence: never the middle of a UTF-8 character,
// which no JSON could hold.
std::string shown(const std::string& text) {
  constexpr std::size_t kShownMax = 64;
  if (text.size() <= kShownMax) return text;
  return base::shortened(text, kShownMax) + "...";
}

// --- rules of a single value

// What stands between `before` and `after`, when `text` is made of these three.
std::optional<std::string> between(std::string_view text, std::string_view before,
                                   std::string_view after) {
  if (text.size() < before.size() + after.size() || text.substr(0, before.size()) != before ||
      text.substr(text.size() - after.size()) != after) {
    return std::nullopt;
  }
  text.remove_prefix(before.size());
  text.remove_suffix(after.size());
  if (text.find('\'') != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> pattern_of(std::string_view rule) {
  if (auto raw = between(rule, "self.matches(r'", "')")) return raw;
  auto quoted = between(rule, "self.matches('", "')");
  // A backslash in a quoted text would be CEL's, not the pattern's.
  if (quoted && quoted->find('\\') != std::string::npos) return std::nullopt;
  return quoted;
}

std::optional<std::string> forbidden_ending_of(std::string_view rule) {
  return between(rule, "!self.endsWith('", "')");
}

std::optional<Quantity> least_of(std::string_view rule) {
  const auto literal = between(
      rule, "isQuantity(string(self)) && quantity(string(self)).compareTo(quantity('", "')) >= 0");
  return literal ? Quantity::parse(*literal) : std::nullopt;
}

// Compiling a pattern costs far more than matching it, and a list has one pattern for all elements.
class Patterns {
 public:
  bool match(const std::string& text, const std::string& pattern) {
    const auto found = compiled_.find(pattern);
    const std::regex& regex = found != compiled_.end()
                                  ? found->second
                                  : compiled_.emplace(pattern, pattern).first->second;
    return std::regex_search(text, regex);
  }

 private:
  std::map<std::string, std::regex> compiled_;  // as many as the schema has
};

bool holds(std::string_view rule, const std::string& text, Patterns& patterns) {
  if (const auto pattern = pattern_of(rule)) return patterns.match(text, *pattern);
  if (const auto ending = forbidden_ending_of(rule)) {
    return text.size() < ending->size() || text.substr(text.size() - ending->size()) != *ending;
  }
  if (const auto least = least_of(rule)) {
    const auto quantity = Quantity::parse(text);
    return quantity && *quantity >= *least;
  }
  throw std::logic_error("the CRD has a rule that schema.cpp does not know: " + std::string(rule));
}

// --- the nearest name

std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  for (std::size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const auto lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
      };
      const std::size_t replaced = diagonal + (lower(one[i - 1]) == lower(other[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string unknown_field(std::string_view name, const Json& properties) {
  constexpr std::size_t kNameMax = 64;  // a longer one is not a slip of the finger
  constexpr std::size_t kSlips = 3;
  std::string best;
  std::size_t best_distance = kSlips + 1;
  std::string all;
  for (const auto& [known, schema] : properties.items()) {
    all += (all.empty() ? "" : ", ") + known;
    const std::size_t distance =
        name.size() > kNameMax ? best_distance : edit_distance(name, known);
    // Half of a short name is a slip for any other short name.
    if (distance < best_distance && distance * 2 <= known.size()) {
      best = known;
      best_distance = distance;
    }
  }
  if (!best.empty()) return "there is no such field; did you mean " + best + "?";
  return "there is no such field; remove it, or write one of " + all;
}

// --- the walk

class Walk {
 public:
  void check(const Json& value, const Json& schema, const std::string& path) {
    if (full()) return;
    if (!has_type(value, schema)) {
      add(path, "must be " + type_name(schema) + ", but is " + shown(text_of(value)) +
                    advice(value, schema));
      return;
    }
    if (value.is_object()) {
      check_object(value, schema, path);
    } else if (value.is_array()) {
      check_list(value, schema, path);
    } else {
      check_value(value, schema, path);
    }
  }

  std::vector<Violation> take() { return std::move(found_); }

 private:
  [[nodiscard]] bool full() const { return found_.size() >= kViolationsMax; }

  void add(const std::string& path, std::string message) {
    if (!full()) found_.push_back({path, std::move(message)});
  }

  static bool has_type(const Json& value, const Json& schema) {
    if (member(schema, kIntOrString)) return value.is_string() || value.is_number_integer();
    const std::string type = schema.value("type", "");
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    throw std::logic_error("the CRD has a type that schema.cpp does not know: " + type);
  }

  // A number with a fraction is what people write as an amount and the API server does not take.
  static std::string advice(const Json& value, const Json& schema) {
    if (!member(schema, kIntOrString) || !value.is_number_float()) return {};
    return ", a number with a fraction: write it in quotes, \"" + shown(text_of(value)) + "\"";
  }

  static std::string type_name(const Json& schema) {
    if (member(schema, kIntOrString)) return "an amount, such as 500m or 2Gi";
    const std::string type = schema.value("type", "");
    if (type == "object") return "a group of fields";
    if (type == "array") return "a list";
    if (type == "boolean") return "true or false";
    if (type == "integer") return "a whole number";
    return "a text (in quotes)";
  }

  void check_object(const Json& value, const Json& schema, const std::string& path) {
    if (const Json* required = member(schema, "required")) {
      for (const Json& name : *required) {
        if (!value.contains(name.get<std::string>())) {
          add(path + "." + name.get<std::string>(), "is required; write it");
        }
      }
    }
    if (!check_size(value.size(), schema, "minProperties", "maxProperties", "entries", path))
      return;
    const Json* properties = member(schema, "properties");
    const Json* additional = member(schema, "additionalProperties");
    for (const auto& [key, inner] : value.items()) {
      const Json* known = properties == nullptr ? nullptr : member(*properties, key);
      const std::string at = path + "." + key;
      if (known != nullptr) {
        check(inner, *known, at);
      } else if (additional != nullptr) {
        check(inner, *additional, at);
      } else {
        add(path + "." + shown(key),
            unknown_field(key, properties == nullptr ? Json::object() : *properties));
      }
    }
  }

  void check_list(const Json& value, const Json& schema, const std::string& path) {
    if (!check_size(value.size(), schema, "minItems", "maxItems", "entries", path)) return;
    const Json& items = schema.at("items");
    std::set<Json> seen;
    for (std::size_t i = 0; i < value.size() && !full(); ++i) {
      const std::string at = path + "[" + std::to_string(i) + "]";
      check(value[i], items, at);
      if (!seen.insert(identity(value[i], schema)).second) {
        add(at, "is there twice; keep one");
      }
    }
  }

  // What must be unique in a list: the element, or its keys.
  static Json identity(const Json& element, const Json& schema) {
    const Json* keys = member(schema, "x-kubernetes-list-map-keys");
    if (keys == nullptr || !element.is_object()) return element;
    Json result = Json::array();
    for (const Json& key : *keys) result.push_back(element.value(key.get<std::string>(), Json()));
    return result;
  }

  // False when it is out of bounds: then nobody looks at what is in it.
  bool check_size(std::size_t size, const Json& schema, std::string_view least,
                  std::string_view most, std::string_view what, const std::string& path) {
    const std::size_t before = found_.size();
    if (const Json* bound = member(schema, least); bound && size < bound->get<std::size_t>()) {
      add(path, "must have at least " + bound->dump() + " " + std::string(what));
    }
    if (const Json* bound = member(schema, most); bound && size > bound->get<std::size_t>()) {
      add(path, "must have at most " + bound->dump() + " " + std::string(what) + ", but has " +
                    std::to_string(size));
    }
    return found_.size() == before;
  }

  void check_value(const Json& value, const Json& schema, const std::string& path) {
    const std::size_t before = found_.size();
    if (value.is_number_integer()) check_number(value, schema, path);
    if (value.is_string()) check_text(value.get<std::string>(), schema, path);
    if (found_.size() > before) return;  // a rule may rely on the bounds
    for (const Json& rule : schema.value(std::string(kRules), Json::array())) {
      if (!holds(rule.at("rule").get<std::string>(), text_of(value), patterns_)) {
        add(path, rule.at("message").get<std::string>());
      }
    }
  }

  void check_number(const Json& value, const Json& schema, const std::string& path) {
    const Json* least = member(schema, "minimum");
    const Json* most = member(schema, "maximum");
    if ((least != nullptr && value < *least) || (most != nullptr && value > *most)) {
      add(path,
          "must be from " + least->dump() + " to " + most->dump() + ", but is " + value.dump());
    }
  }

  void check_text(const std::string& text, const Json& schema, const std::string& path) {
    if (const Json* values = member(schema, "enum")) {
      if (std::find(values->begin(), values->end(), text) != values->end()) return;
      std::string all;
      for (const Json& known : *values) all += (all.empty() ? "" : ", ") + known.dump();
      add(path, "must be one of " + all + ", but is " + Json(shown(text)).dump());
      return;
    }
    if (!check_size(text.size(), schema, "minLength", "maxLength", "characters", path)) return;
    if (const Json* pattern = member(schema, "pattern");
        pattern != nullptr && !patterns_.match(text, pattern->get<std::string>())) {
      add(path, "is " + Json(shown(text)).dump() + ", which does not have the form " +
                    pattern->get<std::string>());
    }
  }

  std::vector<Violation> found_;
  Patterns patterns_;
};

}  // namespace

Json with_defaults(Json value, const Json& schema) {
  if (value.is_object()) {
    if (const Json* properties = member(schema, "properties")) {
      for (const auto& [key, inner] : properties->items()) {
        const auto there = value.find(key);
        if (there != value.end() && !there->is_null()) {
          *there = with_defaults(std::move(*there), inner);
        } else if (const Json* preset = member(inner, "default")) {
          value[key] = with_defaults(*preset, inner);
        } else if (there != value.end()) {
          value.erase(there);
        }
      }
    }
    if (const Json* additional = member(schema, "additionalProperties")) {
      for (auto& [key, inner] : value.items()) inner = with_defaults(std::move(inner), *additional);
    }
  } else if (value.is_array()) {
    const Json& items = schema.at("items");
    for (Json& element : value) element = with_defaults(std::move(element), items);
  }
  return value;
}

std::vector<Violation> schema_violations(const Json& value, const Json& schema,
                                         std::string_view path) {
  Walk walk;
  walk.check(value, schema, std::string(path));
  return walk.take();
}

bool is_known_value_rule(std::string_view rule) {
  return pattern_of(rule) || forbidden_ending_of(rule) || least_of(rule);
}

}  // namespace argus::adl
