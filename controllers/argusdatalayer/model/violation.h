// A mistake in a specification, as a value.
//
// Threads: values.
#pragma once

#include <string>

namespace argus::adl {

// Something that a person must change. `message` is one sentence that says what is wrong and what
// to write instead; `field` is the path, "spec.falkordb.maxMemory".
struct Violation {
  std::string field;
  std::string message;
  [[nodiscard]] std::string to_string() const { return field + ": " + message; }
  bool operator==(const Violation&) const = default;
};

}  // namespace argus::adl
