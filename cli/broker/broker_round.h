// One look at the brokers: makes what is missing of users, topics and access rules, and says what
// it found.
//
// Threads: free functions, called on one. Failure: UsageError for a file or flags that make no
// sense; what the brokers refuse is in the findings.
#pragma once

#include <map>
#include <set>
#include <string>

#include "cli/broker/users_file.h"
#include "cli/options.h"
#include "kafka/options.h"

namespace argus::cli {

// What kind of trouble, the worst last.
enum class Trouble {
  kNone,
  kNotYet,  // it may pass by itself: brokers that are not up, a file that has not arrived
  kFailed,
  kAdminRefused,  // the brokers do not let the superuser in
};

// Problems want another round, remarks on the brokers and notes on what was asked for do not.
struct Findings {
  std::map<std::string, Trouble> problems;  // by their sentence
  std::set<std::string> remarks;
  std::set<std::string> notes = {};
};
[[nodiscard]] Trouble worst(const Findings& findings);

[[nodiscard]] Findings run_round(const BrokerOptions& options);

// The settings that the command line or the environment gives, for this user.
[[nodiscard]] worker::kafka::ConnectionOptions connection_as(const BrokerUser& user,
                                                             const BrokerOptions& options);

}  // namespace argus::cli
