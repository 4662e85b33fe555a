// argus-operator: the floor plan. Read the command line, build the rooms, run until told to stop.

#include <unistd.h>

#include <iostream>
#include <variant>

#include "argusdatalayer/reconciler.h"
#include "argusdatalayer/render_command.h"
#include "argusdatalayer/watches.h"
#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/run_until_stopped.h"
#include "kube/cluster_access.h"
#include "options.h"
#include "runtime/manager.h"

namespace argus::op {
namespace {

constexpr int kFailed = 1;
constexpr int kLostLease = 3;
constexpr int kCachesNotSynced = 4;

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "argus-operator";
}

// Never the same twice: a process that starts again under its old name must not take the lease of
// the one before for its own.
std::string unique_identity(const std::string& name) {
  return (name.empty() ? host_name() : name) + "_" + base::random_identity();
}

runtime::ManagerOptions manager_options(const RunOptions& options,
                                        const kube::ClusterAccess& access) {
  runtime::ManagerOptions manager;
  manager.namespaces = options.namespaces;
  manager.health =
      base::HealthServerOptions{.address = options.health_address, .port = options.health_port};
  const std::string identity = unique_identity(options.identity);
  manager.event_source = {.component = "argus-operator", .instance = identity};
  manager.trim = adl::trim_cached;
  if (options.leader_elect) {
    manager.leader_election = runtime::LeaderElectionOptions{
        .ns = options.lease_namespace.empty() ? access.ns : options.lease_namespace,
        .name = options.lease_name,
        .identity = identity,
        .lease_duration = options.lease_duration,
        .renew_deadline = options.renew_deadline,
        .retry_period = options.retry_period};
  }
  return manager;
}

int status_of(runtime::Manager::Ended ended) {
  switch (ended) {
    case runtime::Manager::Ended::kStopped:
      return 0;
    case runtime::Manager::Ended::kLostLease:
      return kLostLease;
    case runtime::Manager::Ended::kCachesNotSynced:
      return kCachesNotSynced;
  }
  return kFailed;
}

int run_manager(const RunOptions& options, std::stop_token stop) {
  base::Metrics metrics;
  base::Clock& clock = base::system_clock();
  const kube::ClusterAccess access = kube::find_cluster_access(
      {.kubeconfig = options.kubeconfig, .context = options.context}, clock);
  const auto client =
      kube::connect(access, {.user_agent = "argus-operator/" ARGUS_VERSION}, clock, metrics);
  base::log_info(
      "argus-operator started",
      {{"version", ARGUS_VERSION}, {"server", access.server}, {"access", access.source}});
  runtime::Manager manager(*client, clock, metrics, manager_options(options, access));
  adl::Reconciler reconciler(*client, manager.cache(), manager.references(adl::kControllerName),
                             manager.events(), clock, options.installation);
  auto controller = adl::controller_options(manager.cache());
  controller.workers = options.workers;
  manager.add_controller(std::move(controller), reconciler);
  return status_of(manager.run(stop));
}

int run(const RunOptions& options) {
  base::configure_logging({.level = options.log_level});
  const int status = base::run_until_stopped(
      "argus-operator", [&](const std::stop_token& stop) { return run_manager(options, stop); });
  base::log_info("argus-operator stopped", {{"status", status}});
  return status;
}

int main(int argc, char** argv) {
  const auto line = read_command_line(argc, argv);
  if (const int* status = std::get_if<int>(&line)) return *status;
  if (const auto* render = std::get_if<adl::RenderOptions>(&line)) {
    return adl::render_command(*render, std::cin, std::cout, std::cerr);
  }
  return run(std::get<RunOptions>(line));
}

}  // namespace
}  // namespace argus::op

int main(int argc, char** argv) { return argus::op::main(argc, argv); }
