// Every object of a data layer. The builders are in a folder for each component, one object a file;
// this lists them all.
//
// Pure: no clock, client, environment or log.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// All objects, in the order in which they are applied: what others need comes first, and every rule
// that allows traffic before the rules that deny the rest.
[[nodiscard]] std::vector<Json> render(const Spec& spec, const Facts& facts);

}  // namespace argus::adl
