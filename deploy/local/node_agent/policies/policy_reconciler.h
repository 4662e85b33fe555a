// Keeps the node's packet filter at what the cluster's NetworkPolicies say.
//
// Whatever changes, there is one request: the whole is rendered again, and loaded when its text
// differs from what was loaded last. Changes that arrive while nft runs are one more run. At a stop
// the rules stay: pods go on without us, and must not lose their isolation.
//
// A connection that was established while it was allowed lives on when a policy forbids new ones.
//
// Threads: one worker, as the options say. Ownership: the cache outlives the reconciler.
// Failure: FirewallError; the runtime tries again with back-off.
#pragma once

#include <string>

#include "node_policies/nft_program.h"
#include "node_policies/range_set.h"
#include "runtime/cache.h"
#include "runtime/controller.h"

namespace argus::node {

class PolicyReconciler final : public runtime::Reconciler {
 public:
  PolicyReconciler(const runtime::Cache& cache, NftProgram nft, Range pod_network)
      : cache_(cache), nft_(std::move(nft)), pod_network_(pod_network) {}

  runtime::Result reconcile(const runtime::Request& request, std::stop_token stop) override;

 private:
  const runtime::Cache& cache_;
  const NftProgram nft_;
  const Range pod_network_;
  std::string loaded_;
};

[[nodiscard]] runtime::ControllerOptions policy_controller_options();

}  // namespace argus::node
