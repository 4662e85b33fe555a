// The objects of the guardrails of the namespace: one builder each, in the file of its name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject resource_quota(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject limit_range(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
