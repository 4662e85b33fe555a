// The objects of Redpanda: one builder each, in the file of its name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject redpanda_superusers_secret(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_credentials_secret(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_config_map(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_headless_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_pod_disruption_budget(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_stateful_set(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject redpanda_setup_deployment(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
