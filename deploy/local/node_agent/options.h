// argus-node-agent's command line. The only user of CLI11 in this program.
//
// Threads: free functions. Failure: a line that is wrong is reported on standard error.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/log.h"
#include "node_policies/policy_reconciler.h"

namespace argus::node {

struct RunOptions {
  std::string kubeconfig;  // empty: found as kubectl would
  std::string volumes;     // the directory that holds one for each volume
  PolicySettings policies;
  std::string health_address = "127.0.0.1";
  std::uint16_t health_port = 0;  // 0: no health server
  base::LogLevel log_level = base::LogLevel::kInfo;
};

// What to do, or the status to exit with at once (help, version, a mistake).
std::variant<RunOptions, int> read_command_line(int argc, char** argv);

}  // namespace argus::node
