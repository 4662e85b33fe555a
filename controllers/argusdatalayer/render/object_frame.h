// How every object of a data layer begins: apiVersion, kind, name, namespace, labels and the owner
// whose deletion takes it along.
//
// Threads: pure functions.
#pragma once

#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// An object that goes when the resource goes.
[[nodiscard]] Json owned_object(std::string_view api_version, std::string_view kind,
                                std::string_view name, std::string_view part_name,
                                const Facts& facts);

// A generated credential: it fits a volume, and so it stays and goes with the volumes.
[[nodiscard]] Json credential_secret(std::string_view name, std::string_view part_name,
                                     const Spec& spec, const Facts& facts);
// Whether an object is one: it is created when it is missing, and never overwritten.
[[nodiscard]] bool is_credential(const Json& object);

// The owner reference to the resource; empty list when its UID is not known.
[[nodiscard]] Json owner_references(const Facts& facts);

}  // namespace argus::adl
