// argus-operator's command line. The only user of CLI11 in this program.
//
// Threads: free functions. Failure: a line that is wrong is reported on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/render_command.h"
#include "base/log.h"

namespace argus::op {

inline constexpr int kMaxWorkers = 32;

struct RunOptions {
  std::string kubeconfig;               // empty: found as kubectl would, or the pod's account
  std::string context;                  // empty: the kubeconfig's current one
  std::vector<std::string> namespaces;  // empty: all
  bool leader_elect = true;
  std::string lease_namespace;  // empty: the namespace that the credentials belong to
  std::string lease_name = "argus-operator";
  std::string identity;  // empty: host name and a random number
  std::chrono::seconds lease_duration{15};
  std::chrono::seconds renew_deadline{10};
  std::chrono::seconds retry_period{2};
  std::string health_address = "::";  // every one, IPv4 included
  std::uint16_t health_port = 8081;
  int workers = 2;
  base::LogLevel log_level = base::LogLevel::kInfo;
  adl::Installation installation;
};

// What to do, or the status to exit with at once (help, version, a mistake).
std::variant<RunOptions, adl::RenderOptions, int> read_command_line(int argc, char** argv);

}  // namespace argus::op
