// What the Deployment redpanda-setup found out about the brokers, for RedpandaReady: from its
// readiness, and from the exit code and the termination message that its container last ended with
// (cli/broker/broker_word.h says when it does).
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "argusdatalayer/report/health.h"
#include "argusdatalayer/report/reports.h"
#include "kube_object/object.h"

namespace argus::adl {

struct BrokerSetup {
  enum class State {
    kInPlace,       // users, topics and permissions are as they should be
    kWaiting,       // nothing is wrong yet
    kFailed,        // somebody must do something
    kAdminRefused,  // the brokers do not know the superuser's password
  };
  State state = State::kWaiting;
  std::string message;  // what is wrong; when all is in place, a remark, or nothing
};

// `health`: of the Deployment; `pods`: its pods.
[[nodiscard]] BrokerSetup broker_setup(const Health& health,
                                       const std::vector<kube::SharedObject>& pods);

// Brokers that run are not ready before what clients need of them is there.
void add_broker_setup(const BrokerSetup& setup, Report& brokers);

}  // namespace argus::adl
