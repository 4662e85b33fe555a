// Administration of a cluster of brokers: which topics and access rules it has, and making more.
// Nothing is ever changed or deleted.
//
// Threads: one. Failure: BrokerError (LoginRefused, BrokersSilent where it is that); what was made
// before the failing one stays.
#pragma once

#include <chrono>
#include <compare>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kafka/options.h"
#include "kafka/record.h"

namespace argus::worker::kafka {

struct NewTopic {
  std::string name;
  int partitions = 1;
  int replication_factor = 1;
};

// One thing that a user may do, from any host.
struct AccessRule {
  enum class Resource { kTopic, kGroup, kCluster };
  enum class Operation { kRead, kWrite, kDescribe, kIdempotentWrite };
  std::string user;
  Resource resource = Resource::kTopic;
  std::string name;     // of the resource; of the cluster: empty
  bool prefix = false;  // every resource whose name begins so
  Operation operation = Operation::kRead;
  auto operator<=>(const AccessRule&) const = default;
};

// "read topics argus.*"
[[nodiscard]] std::string to_text(const AccessRule& rule);

struct TopicState {
  int partitions = 0;
  int copies = 0;  // of the partition that has the fewest
  bool operator==(const TopicState&) const = default;
};

struct ClusterState {
  int brokers = 0;  // alive
  std::map<std::string, TopicState> topics;
};

class Admin {
 public:
  // Each call waits `patience` at most.
  Admin(const ConnectionOptions& connection, std::chrono::milliseconds patience);
  ~Admin();

  [[nodiscard]] ClusterState describe();
  // True when it was made, false when there is one of this name already.
  bool create(const NewTopic& topic);
  // The rules of a user, as far as they are of this kind.
  [[nodiscard]] std::set<AccessRule> rules_of(const std::string& user);
  // False when the brokers check no rules, and keep none.
  bool allow(const AccessRule& rule);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether the brokers let this user in. Throws BrokersSilent when they neither do nor refuse.
[[nodiscard]] bool may_log_in(const ConnectionOptions& connection,
                              std::chrono::milliseconds patience);

}  // namespace argus::worker::kafka
