// argus-node-agent: the floor plan. Read the command line, build the rooms, run until told to stop.

#include <variant>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/run_until_stopped.h"
#include "kube/cluster_access.h"
#include "node_policies/policy_reconciler.h"
#include "node_volumes/volume_reconciler.h"
#include "options.h"
#include "runtime/manager.h"

namespace argus::node {
namespace {

constexpr int kCachesNotSynced = 4;

runtime::ManagerOptions manager_options(const RunOptions& options) {
  runtime::ManagerOptions manager;
  manager.event_source = {.component = "argus-node-agent", .instance = "argus-node-agent"};
  if (options.health_port != 0) {
    manager.health =
        base::HealthServerOptions{.address = options.health_address, .port = options.health_port};
  }
  return manager;
}

int run_manager(const RunOptions& options, std::stop_token stop) {
  base::Metrics metrics;
  base::Clock& clock = base::system_clock();
  const kube::ClusterAccess access =
      kube::find_cluster_access({.kubeconfig = options.kubeconfig}, clock);
  const auto client =
      kube::connect(access, {.user_agent = "argus-node-agent/" ARGUS_VERSION}, clock, metrics);
  base::log_info(
      "argus-node-agent started",
      {{"version", ARGUS_VERSION}, {"server", access.server}, {"access", access.source}});
  runtime::Manager manager(*client, clock, metrics, manager_options(options));
  VolumeReconciler volumes(*client, manager.cache(), manager.events(), options.volumes);
  manager.add_controller(volume_controller_options(), volumes);
  PolicyReconciler policies(manager.cache(), options.policies);
  manager.add_controller(policy_controller_options(), policies);
  return manager.run(stop) == runtime::Manager::Ended::kStopped ? 0 : kCachesNotSynced;
}

int run(const RunOptions& options) {
  base::configure_logging({.level = options.log_level});
  const int status = base::run_until_stopped(
      "argus-node-agent", [&](const std::stop_token& stop) { return run_manager(options, stop); });
  base::log_info("argus-node-agent stopped", {{"status", status}});
  return status;
}

int main(int argc, char** argv) {
  const auto line = read_command_line(argc, argv);
  if (const int* status = std::get_if<int>(&line)) return *status;
  return run(std::get<RunOptions>(line));
}

}  // namespace
}  // namespace argus::node

int main(int argc, char** argv) { return argus::node::main(argc, argv); }
