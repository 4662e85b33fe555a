#include "options.h"

#include <CLI/CLI.hpp>

#include "node_policies/address.h"

namespace argus::node {
namespace {

constexpr int kWrongUsage = 2;
const char* const kPodNetwork = "10.244.0.0/24";

void set_pod_network(const std::string& text, RunOptions& run) {
  const auto network = parse_block(text);
  if (!network) {
    throw CLI::ValidationError(
        "--pod-network",
        "\"" + text + "\" is not a block of IPv4 addresses such as " + kPodNetwork);
  }
  run.policies.pod_network = *network;
}

void add_options(CLI::App& app, RunOptions& run) {
  app.add_option("--kubeconfig", run.kubeconfig,
                 "Kubeconfig file of an administrator; without it found as kubectl would");
  app.add_option("--volumes", run.volumes, "Directory for the volumes; made where it is missing")
      ->required();
  app.add_option("--nft", run.policies.nft, "The nft program")->capture_default_str();
  app.add_option_function<std::string>(
         "--pod-network", [&run](const std::string& text) { set_pod_network(text, run); },
         "Where pods get their addresses from (10.244.0.0/24)")
      ->default_str(kPodNetwork);
  app.add_option("--cni-results", run.policies.cni_results,
                 "Where the container runtime notes the addresses of pods (/var/lib/cni/results); "
                 "without it they are known a second or two later, and restricted pods start "
                 "without a network");
  app.add_option("--health-address", run.health_address, "Address of /healthz, /readyz, /metrics")
      ->capture_default_str();
  app.add_option("--health-port", run.health_port, "Their port; 0: none of them")
      ->capture_default_str();
  app.add_option_function<std::string>(
      "--log-level",
      [&run](const std::string& name) {
        try {
          run.log_level = base::log_level_from(name);
        } catch (const std::invalid_argument& error) {
          throw CLI::ValidationError("--log-level", error.what());
        }
      },
      "debug, info, warning or error (info)");
}

}  // namespace

std::variant<RunOptions, int> read_command_line(int argc, char** argv) {
  RunOptions run;
  set_pod_network(kPodNetwork, run);
  CLI::App app("Gives the local one-node cluster its volumes and enforces its network policies.",
               "argus-node-agent");
  app.set_version_flag("--version", "argus-node-agent " ARGUS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Example, in the node's network namespace and as root:\n"
      "  argus-node-agent run --kubeconfig admin.conf --volumes /var/lib/argus-volumes\n"
      "Exit codes: 0 stopped, 1 failed, 2 wrong usage, 4 caches not filled in time, 5 did not "
      "stop\n"
      "in time. The packet filter's rules stay when the agent stops.");
  add_options(*app.add_subcommand("run", "Watch and act until SIGTERM"), run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return run;
}

}  // namespace argus::node
