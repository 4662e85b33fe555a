// Keeps the node's packet filter at what the cluster's NetworkPolicies say.
//
// Whatever changes, there is one request: the whole is decided again, and loaded when its text
// differs from what was loaded last. Changes that arrive while nft runs are one more run. At a stop
// the rules stay: pods go on without us, and must not lose their isolation.
//
// A pod is isolated from its first packet on: from when the API server says that it will start here
// until its address is known, addresses that no pod is known to have get nothing through. A
// connection that was established while it was allowed lives on when a policy forbids new ones.
//
// Threads: one worker, as the options say. Ownership: the cache outlives the reconciler.
// Failure: FirewallError; the runtime tries again with back-off.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "node_policies/nft_program.h"
#include "node_policies/range_set.h"
#include "runtime/cache.h"
#include "runtime/controller.h"

namespace argus::node {

struct PolicySettings {
  std::string nft = "nft";
  Range pod_network{};                // where pods get their addresses from
  std::filesystem::path cni_results;  // see assigned_addresses.h; empty: none
};

class PolicyReconciler final : public runtime::Reconciler {
 public:
  // How often the container runtime's notes are read while a restricted pod has no address.
  static constexpr std::chrono::milliseconds kNewcomerPoll{100};

  PolicyReconciler(const runtime::Cache& cache, const PolicySettings& settings)
      : cache_(cache), settings_(settings), nft_(settings.nft) {}

  runtime::Result reconcile(const runtime::Request& request, std::stop_token stop) override;

 private:
  const runtime::Cache& cache_;
  const PolicySettings settings_;
  const NftProgram nft_;
  std::string loaded_;
};

[[nodiscard]] runtime::ControllerOptions policy_controller_options();

}  // namespace argus::node
