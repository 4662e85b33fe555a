// The defaults of the spec: defaults.yaml, and what they make of a schema.
//
// The CRD has none of its own, or the API server would write them into every stored resource: there
// they could not be told from what a person wrote, and would outlive the version that they are of.
//
// Threads: pure functions and a constant. Failure: std::logic_error for a path that the schema does
// not have.
#pragma once

#include <string>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// By path: {"redpanda.replicas": 1, "networkPolicy.clients[].access": ["Kafka"], ...}.
const Json& default_values();

// `schema` with `defaults` in it, for with_defaults(). A group of fields without a required one is
// always there: it gets {}.
[[nodiscard]] Json schema_with_defaults(Json schema, const Json& defaults);

// A default as descriptions and docs/api.md write it: 40Gi, true, ["Kafka"].
[[nodiscard]] std::string shown_default(const Json& value);

}  // namespace argus::adl
