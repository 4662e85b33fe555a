// The objects of what scales the worker: one builder each, in the file of its name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject keda_secret(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject keda_trigger_authentication(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject keda_scaled_object(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject horizontal_pod_autoscaler(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
