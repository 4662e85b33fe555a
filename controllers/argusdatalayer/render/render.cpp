#include "argusdatalayer/render/render.h"

#include <algorithm>

#include "argusdatalayer/render/autoscaling/objects.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/flink/objects.h"
#include "argusdatalayer/render/guardrails/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/objects.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "argusdatalayer/render/worker/objects.h"

namespace argus::adl {
namespace {

using Builder = MaybeObject (*)(const Spec&, const Facts&);

// In the order in which they are applied.
constexpr Builder kBeforeClients[] = {
    objects::resource_quota,
    objects::limit_range,
    objects::redpanda_superusers_secret,
    objects::redpanda_credentials_secret,
    objects::falkordb_auth_secret,
    objects::valkey_auth_secret,
    objects::keda_secret,
    objects::redpanda_network_policy,
    objects::redpanda_setup_network_policy,
    objects::falkordb_network_policy,
    objects::falkordb_exporter_network_policy,
    objects::valkey_network_policy,
    objects::valkey_exporter_network_policy,
    objects::worker_network_policy,
    objects::flink_network_policy,
    objects::argusctl_network_policy,
    objects::namespace_internal_network_policy,
};
constexpr Builder kAfterClients[] = {
    objects::default_deny_egress_network_policy,
    objects::default_deny_ingress_network_policy,
    objects::redpanda_config_map,
    objects::redpanda_service,
    objects::redpanda_headless_service,
    objects::redpanda_pod_disruption_budget,
    objects::redpanda_stateful_set,
    objects::redpanda_setup_deployment,
    objects::falkordb_config_map,
    objects::falkordb_service,
    objects::falkordb_headless_service,
    objects::falkordb_stateful_set,
    objects::falkordb_exporter_service,
    objects::falkordb_exporter_deployment,
    objects::valkey_config_map,
    objects::valkey_service,
    objects::valkey_headless_service,
    objects::valkey_stateful_set,
    objects::valkey_exporter_service,
    objects::valkey_exporter_deployment,
    objects::worker_service_account,
    objects::worker_config_map,
    objects::worker_service,
    objects::worker_pod_disruption_budget,
    objects::worker_deployment,
    objects::keda_trigger_authentication,
    objects::keda_scaled_object,
    objects::horizontal_pod_autoscaler,
    objects::flink_service_account,
    objects::flink_role,
    objects::flink_role_binding,
    objects::flink_web_ui_service,
    objects::flink_metrics_service,
    objects::flink_deployment,
};

}  // namespace

std::vector<Json> render(const Spec& spec, const Facts& facts) {
  std::vector<Json> objects;
  const auto add = [&](const Builder builder) {
    if (MaybeObject object = builder(spec, facts)) objects.push_back(std::move(*object));
  };
  std::for_each(std::begin(kBeforeClients), std::end(kBeforeClients), add);
  for (Json& policy : objects::client_network_policies(spec, facts)) {
    objects.push_back(std::move(policy));
  }
  std::for_each(std::begin(kAfterClients), std::end(kAfterClients), add);
  return objects;
}

}  // namespace argus::adl
