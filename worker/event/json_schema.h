// Validates JSON against one JSON Schema (draft 7). The only adapter of valijson.
//
// Threads: validate() may be called from many threads. Failure: the constructor throws
// std::logic_error when the schema's text is not a JSON object.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace argus::worker {

struct SchemaViolation {
  std::string pointer;  // RFC 6901: /files/3/path; empty for the whole document
  std::string message;  // what is wrong there
  std::string advice;   // the schema's description of that place; may be empty
};

class JsonSchema {
 public:
  explicit JsonSchema(std::string_view text);
  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  // The first violation; std::nullopt when the document is valid. Regular expressions of the schema
  // are matched recursively: bound the length of the document's texts first.
  [[nodiscard]] std::optional<SchemaViolation> validate(const nlohmann::json& document) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::worker
