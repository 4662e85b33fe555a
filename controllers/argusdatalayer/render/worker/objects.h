// The objects of the worker: one builder each, in the file of its name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject worker_service_account(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject worker_config_map(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject worker_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject worker_pod_disruption_budget(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject worker_deployment(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
