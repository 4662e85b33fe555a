// The objects of Valkey: one builder each, in the file of its name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject valkey_auth_secret(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_config_map(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_headless_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_stateful_set(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_exporter_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject valkey_exporter_deployment(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
