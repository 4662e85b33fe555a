// Every object of a data layer: one builder each, in resources/<name>.cpp, and render(), which
// lists them all.
//
// A builder gives std::nullopt when the spec does not ask for its object. Builders are pure: no
// clock, client, environment or log.
//
// Threads: pure functions. Failure: none for a spec that check_spec() finds nothing wrong with.
#pragma once

#include <optional>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// All objects, in the order in which they are applied: what others need comes first, and every rule
// that allows traffic before the rules that deny the rest.
[[nodiscard]] std::vector<Json> render(const Spec& spec, const Facts& facts);

// What scales the worker: exactly one of these.
enum class Autoscaler { kNone, kHorizontalPodAutoscaler, kKeda };
[[nodiscard]] Autoscaler autoscaler_of(const Spec& spec, const OptionalKinds& kinds);

namespace resources {

using Object = std::optional<Json>;

Object resource_quota(const Spec& spec, const Facts& facts);
Object limit_range(const Spec& spec, const Facts& facts);

Object redpanda_superusers_secret(const Spec& spec, const Facts& facts);
Object redpanda_credentials_secret(const Spec& spec, const Facts& facts);
Object redpanda_config_map(const Spec& spec, const Facts& facts);
Object redpanda_service(const Spec& spec, const Facts& facts);
Object redpanda_headless_service(const Spec& spec, const Facts& facts);
Object redpanda_pod_disruption_budget(const Spec& spec, const Facts& facts);
Object redpanda_stateful_set(const Spec& spec, const Facts& facts);

Object falkordb_auth_secret(const Spec& spec, const Facts& facts);
Object falkordb_config_map(const Spec& spec, const Facts& facts);
Object falkordb_service(const Spec& spec, const Facts& facts);
Object falkordb_headless_service(const Spec& spec, const Facts& facts);
Object falkordb_stateful_set(const Spec& spec, const Facts& facts);

Object valkey_auth_secret(const Spec& spec, const Facts& facts);
Object valkey_config_map(const Spec& spec, const Facts& facts);
Object valkey_service(const Spec& spec, const Facts& facts);
Object valkey_headless_service(const Spec& spec, const Facts& facts);
Object valkey_stateful_set(const Spec& spec, const Facts& facts);

Object worker_service_account(const Spec& spec, const Facts& facts);
Object worker_config_map(const Spec& spec, const Facts& facts);
Object worker_service(const Spec& spec, const Facts& facts);
Object worker_pod_disruption_budget(const Spec& spec, const Facts& facts);
Object worker_deployment(const Spec& spec, const Facts& facts);

Object keda_secret(const Spec& spec, const Facts& facts);
Object keda_trigger_authentication(const Spec& spec, const Facts& facts);
Object keda_scaled_object(const Spec& spec, const Facts& facts);
Object horizontal_pod_autoscaler(const Spec& spec, const Facts& facts);

Object flink_service_account(const Spec& spec, const Facts& facts);
Object flink_role(const Spec& spec, const Facts& facts);
Object flink_role_binding(const Spec& spec, const Facts& facts);
Object flink_web_ui_service(const Spec& spec, const Facts& facts);
Object flink_deployment(const Spec& spec, const Facts& facts);

Object redpanda_network_policy(const Spec& spec, const Facts& facts);
Object falkordb_network_policy(const Spec& spec, const Facts& facts);
Object valkey_network_policy(const Spec& spec, const Facts& facts);
Object worker_network_policy(const Spec& spec, const Facts& facts);
Object flink_network_policy(const Spec& spec, const Facts& facts);
Object argusctl_network_policy(const Spec& spec, const Facts& facts);
Object namespace_internal_network_policy(const Spec& spec, const Facts& facts);
Object default_deny_egress_network_policy(const Spec& spec, const Facts& facts);
Object default_deny_ingress_network_policy(const Spec& spec, const Facts& facts);
// One for each client in the data layer's own namespace: its way out, past the default deny.
std::vector<Json> client_network_policies(const Spec& spec, const Facts& facts);

}  // namespace resources
}  // namespace argus::adl
