#include "event/json_schema.h"

#include <span>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

namespace argus::worker {
namespace {

using nlohmann::json;

// valijson names a place by steps: <root>, [files], [3].
std::vector<std::string> steps_of(const std::vector<std::string>& context) {
  std::vector<std::string> steps;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& step = context[i];
    const bool bracketed = step.size() > 2 && step.front() == '[' && step.back() == ']';
    steps.push_back(bracketed ? step.substr(1, step.size() - 2) : step);
  }
  return steps;
}

std::string pointer_of(const std::vector<std::string>& steps) {
  json::json_pointer pointer;
  for (const std::string& step : steps) pointer.push_back(step);
  return pointer.to_string();
}

const json& resolved(const json& root, const json& schema) {
  const auto reference = schema.find("$ref");
  if (reference == schema.end()) return schema;
  return root.at(json::json_pointer(reference->get<std::string>().substr(1)));
}

// The description of the place that `steps` lead to; empty when the schema has none.
std::string description_at(const json& root, const json& schema,
                           std::span<const std::string> steps) {
  const json& here = resolved(root, schema);
  if (steps.empty()) return here.value("description", "");
  if (here.contains("properties") && here["properties"].contains(steps.front())) {
    auto found = description_at(root, here["properties"][steps.front()], steps.subspan(1));
    if (!found.empty()) return found;
  }
  for (const char* branch : {"items", "then", "else"}) {
    if (!here.contains(branch)) continue;
    const bool down = std::string_view(branch) == "items";
    auto found = description_at(root, here[branch], down ? steps.subspan(1) : steps);
    if (!found.empty()) return found;
  }
  return "";
}

// The name between the quotes of "Missing required property 'x'."
std::string missing_property(const std::string& description) {
  constexpr std::string_view kBegin = "Missing required property '";
  if (description.rfind(kBegin, 0) != 0) return "";
  return description.substr(kBegin.size(), description.rfind('\'') - kBegin.size());
}

}  // namespace

struct JsonSchema::State {
  json document;
  valijson::Schema schema;
};

JsonSchema::JsonSchema(std::string_view text) : state_(std::make_unique<State>()) {
  state_->document = json::parse(text, nullptr, false);
  if (!state_->document.is_object()) throw std::logic_error("the JSON Schema is not a JSON object");
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(state_->document), state_->schema);
}

JsonSchema::~JsonSchema() = default;

std::optional<SchemaViolation> JsonSchema::validate(const nlohmann::json& document) const {
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(state_->schema, valijson::adapters::NlohmannJsonAdapter(document),
                         &results)) {
    return std::nullopt;
  }
  // The deepest statement is the most precise: those above it only say that something is wrong.
  valijson::ValidationResults::Error best;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    if (best.description.empty() || error.context.size() > best.context.size()) best = error;
  }
  std::vector<std::string> steps = steps_of(best.context);
  std::string pointer = pointer_of(steps);
  if (const std::string missing = missing_property(best.description); !missing.empty()) {
    steps.push_back(missing);
  }
  std::string advice = description_at(state_->document, state_->document, steps);
  return SchemaViolation{std::move(pointer), best.description, std::move(advice)};
}

}  // namespace argus::worker
