// A structural schema of a CRD, applied without a server: defaults, and everything that is wrong
// with a value, in sentences.
//
// Knows what the CRD in crds/ uses and no more: type, properties, additionalProperties, required,
// items, enum, pattern, bounds, list types, x-kubernetes-int-or-string, and these
// forms of x-kubernetes-validations on a single value:
//
//   self.matches('RE')        self.matches(r'RE')        !self.endsWith('TEXT')
//   isQuantity(string(self)) && quantity(string(self)).compareTo(quantity('LEAST')) >= 0
//
// Threads: pure functions. Failure: std::logic_error for a schema that says something else.
// Source:
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/violation.h"

namespace argus::adl {

// More than this in one resource helps nobody.
inline constexpr std::size_t kViolationsMax = 64;

// `value` with the schema's defaults where it says nothing, or null, as the API server applies
// them.
[[nodiscard]] Json with_defaults(Json value, const Json& schema);

// What is wrong with `value`; `path` names it in the sentences ("spec").
[[nodiscard]] std::vector<Violation> schema_violations(const Json& value, const Json& schema,
                                                       std::string_view path);

// Whether `rule` on a single value has one of the forms above.
[[nodiscard]] bool is_known_value_rule(std::string_view rule);

}  // namespace argus::adl
