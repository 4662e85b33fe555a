// The objects of Flink: one builder each, in the file of its name.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"

namespace argus::adl::objects {

[[nodiscard]] MaybeObject flink_service_account(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject flink_role(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject flink_role_binding(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject flink_web_ui_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject flink_metrics_service(const Spec& spec, const Facts& facts);
[[nodiscard]] MaybeObject flink_deployment(const Spec& spec, const Facts& facts);

}  // namespace argus::adl::objects
