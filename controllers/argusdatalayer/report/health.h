// How a workload is, from what Kubernetes observed of it, in a sentence that says what it waits
// for.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "kube_object/object.h"

namespace argus::adl {

struct Health {
  enum class State {
    kReady,
    kWaiting,  // on its way: nothing is wrong yet
    kFailing,  // it does not get there by itself, or not without help
  };
  State state = State::kWaiting;
  int ready = 0;
  int desired = 0;
  std::string message;  // empty when ready
};

// `pods`: those of the workload. `refusal`: why the cluster refuses a pod that is missing.
[[nodiscard]] Health stateful_set_health(const Json& live,
                                         const std::vector<kube::SharedObject>& pods,
                                         const std::optional<std::string>& refusal = {});
[[nodiscard]] Health deployment_health(const Json& live,
                                       const std::vector<kube::SharedObject>& pods);
// A FlinkDeployment, from what its operator reports.
[[nodiscard]] Health flink_health(const Json& live);

// "v24.2.7" of "redpanda:v24.2.7", the digest of an image that has one.
[[nodiscard]] std::string image_version(const std::string& image);

}  // namespace argus::adl
