#include "node_policies/policy_reconciler.h"

#include "base/log.h"
#include "node_policies/cluster_view.h"
#include "node_policies/nft_script.h"

namespace argus::node {
namespace {

const kube::GroupVersionKind kNetworkPolicy{"networking.k8s.io", "v1", "NetworkPolicy"};
const kube::GroupVersionKind kPod{"", "v1", "Pod"};
const kube::GroupVersionKind kNamespace{"", "v1", "Namespace"};

}  // namespace

runtime::Result PolicyReconciler::reconcile(const runtime::Request& /*request*/,
                                            std::stop_token stop) {
  const ClusterObjects objects{
      .policies = cache_.kind(kNetworkPolicy).list(),
      .pods = cache_.kind(kPod).list(),
      .namespaces = cache_.kind(kNamespace).list(),
      .assigned = assigned_addresses(settings_.cni_results, settings_.pod_network)};
  const Permissions permissions = permissions_in(view_of(objects));
  std::string script = nft_script(permissions, settings_.pod_network);
  if (script != loaded_) {
    nft_.load(script, stop);
    loaded_ = std::move(script);
    base::log_info("loaded the network policies", {{"policies", objects.policies.size()}});
  }
  const bool newcomers =
      permissions.ingress.newcomers_restricted || permissions.egress.newcomers_restricted;
  if (newcomers && !settings_.cni_results.empty()) return {.requeue_after = kNewcomerPoll};
  return {};
}

runtime::ControllerOptions policy_controller_options() {
  const auto one_request = [](const kube::Json&) {
    return std::vector<runtime::Request>{{{"", "all"}}};
  };
  runtime::ControllerOptions options;
  options.name = "networkpolicy";
  // There are always namespaces, so that rules of an earlier run are replaced at the start.
  options.primary = {.gvk = kNamespace, .cluster_scoped = true, .requests_for = one_request};
  options.others = {{.gvk = kNetworkPolicy, .requests_for = one_request},
                    {.gvk = kPod, .requests_for = one_request}};
  options.workers = 1;
  return options;
}

}  // namespace argus::node
