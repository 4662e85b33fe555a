#include <algorithm>

#include "argusdatalayer/render/render.h"

namespace argus::adl {
namespace {

using Builder = resources::Object (*)(const Spec&, const Facts&);

// In the order in which they are applied.
constexpr Builder kBeforeClients[] = {
    resources::resource_quota,
    resources::limit_range,
    resources::redpanda_superusers_secret,
    resources::redpanda_credentials_secret,
    resources::falkordb_auth_secret,
    resources::valkey_auth_secret,
    resources::keda_secret,
    resources::redpanda_network_policy,
    resources::falkordb_network_policy,
    resources::valkey_network_policy,
    resources::worker_network_policy,
    resources::flink_network_policy,
    resources::argusctl_network_policy,
    resources::namespace_internal_network_policy,
};
constexpr Builder kAfterClients[] = {
    resources::default_deny_egress_network_policy,
    resources::default_deny_ingress_network_policy,
    resources::redpanda_config_map,
    resources::redpanda_service,
    resources::redpanda_headless_service,
    resources::redpanda_pod_disruption_budget,
    resources::redpanda_stateful_set,
    resources::falkordb_config_map,
    resources::falkordb_service,
    resources::falkordb_headless_service,
    resources::falkordb_stateful_set,
    resources::valkey_config_map,
    resources::valkey_service,
    resources::valkey_headless_service,
    resources::valkey_stateful_set,
    resources::worker_service_account,
    resources::worker_config_map,
    resources::worker_service,
    resources::worker_pod_disruption_budget,
    resources::worker_deployment,
    resources::keda_trigger_authentication,
    resources::keda_scaled_object,
    resources::horizontal_pod_autoscaler,
    resources::flink_service_account,
    resources::flink_role,
    resources::flink_role_binding,
    resources::flink_web_ui_service,
    resources::flink_deployment,
};

}  // namespace

std::vector<Json> render(const Spec& spec, const Facts& facts) {
  std::vector<Json> objects;
  const auto add = [&](const Builder builder) {
    if (resources::Object object = builder(spec, facts)) objects.push_back(std::move(*object));
  };
  std::for_each(std::begin(kBeforeClients), std::end(kBeforeClients), add);
  for (Json& policy : resources::client_network_policies(spec, facts)) {
    objects.push_back(std::move(policy));
  }
  std::for_each(std::begin(kAfterClients), std::end(kAfterClients), add);
  return objects;
}

Autoscaler autoscaler_of(const Spec& spec, const OptionalKinds& kinds) {
  const Autoscaling& scaling = spec.worker.autoscaling;
  if (!spec.worker.enabled || !scaling.enabled) return Autoscaler::kNone;
  const bool by_resource = scaling.cpu.enabled || scaling.memory.enabled;
  if (kinds.keda && (by_resource || !scaling.lag.empty())) return Autoscaler::kKeda;
  return by_resource ? Autoscaler::kHorizontalPodAutoscaler : Autoscaler::kNone;
}

}  // namespace argus::adl
