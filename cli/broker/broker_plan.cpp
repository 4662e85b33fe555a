#include "cli/broker/broker_plan.h"

#include <algorithm>
#include <array>

namespace argus::cli {
namespace {

using worker::kafka::AccessRule;
using worker::kafka::ClusterState;
using worker::kafka::NewTopic;

struct ReferenceTopic {
  const char* name;
  int partitions;
};
// docs/events.md.
constexpr std::array<ReferenceTopic, 8> kTopics = {{{"argus.codebase.ingested", 6},
                                                    {"argus.codebase.analyzed", 6},
                                                    {"argus.test.created", 6},
                                                    {"argus.test.executed", 6},
                                                    {"argus.test.failed", 6},
                                                    {"argus.healing.requested", 6},
                                                    {"argus.healing.completed", 6},
                                                    {"argus.dlq", 3}}};
constexpr int kCopies = 3;
// Of the topics that a sentence names: it ends up in a condition.
constexpr std::size_t kNamesBytesMax = 300;

constexpr const char* kTopicPrefix = "argus.";
constexpr const char* kGroupPrefix = "argus";  // argus-cognee-workers, argusctl-...

std::set<AccessRule> wanted_rules(const std::string& user, const std::vector<std::string>& groups) {
  using Resource = AccessRule::Resource;
  using Operation = AccessRule::Operation;
  std::set<AccessRule> rules;
  for (const Operation operation : {Operation::kRead, Operation::kWrite, Operation::kDescribe}) {
    rules.insert({user, Resource::kTopic, kTopicPrefix, true, operation});
  }
  for (const Operation operation : {Operation::kRead, Operation::kDescribe}) {
    rules.insert({user, Resource::kGroup, kGroupPrefix, true, operation});
    for (const std::string& group : groups) {
      if (group.starts_with(kGroupPrefix)) continue;
      rules.insert({user, Resource::kGroup, group, false, operation});
    }
  }
  // Kafka 3.0 and newer ask for no more than Write on a topic (KIP-679); Redpanda asks for this.
  rules.insert({user, Resource::kCluster, "", false, Operation::kIdempotentWrite});
  return rules;
}

}  // namespace

int replication_factor_for(int brokers) { return brokers < kCopies ? 1 : kCopies; }

std::vector<NewTopic> missing_topics(const ClusterState& cluster, int replication_factor) {
  std::vector<NewTopic> missing;
  for (const ReferenceTopic& topic : kTopics) {
    if (cluster.topics.contains(topic.name)) continue;
    missing.push_back({topic.name, topic.partitions, replication_factor});
  }
  return missing;
}

std::vector<std::string> topic_remarks(const ClusterState& cluster) {
  std::vector<std::string> remarks;
  for (const ReferenceTopic& topic : kTopics) {
    const auto found = cluster.topics.find(topic.name);
    if (found == cluster.topics.end() || found->second.partitions >= topic.partitions) continue;
    remarks.push_back("Topic " + found->first + " has " + std::to_string(found->second.partitions) +
                      " partitions instead of " + std::to_string(topic.partitions) +
                      ". It is left as it is: more partitions would break the order of its "
                      "messages.");
  }
  return remarks;
}

std::string copies_remark(const ClusterState& cluster, int copies) {
  std::vector<std::string> names;
  int fewest = copies;
  for (const auto& [name, topic] : cluster.topics) {
    if (!name.starts_with(kTopicPrefix) || topic.copies == 0 || topic.copies >= copies) continue;
    names.push_back(name);
    fewest = std::min(fewest, topic.copies);
  }
  if (names.empty()) return {};
  std::string named;
  for (const std::string& name : names) {
    if (named.size() + name.size() > kNamesBytesMax) {
      named += " ...";
      break;
    }
    named += " " + name;
  }
  return std::to_string(names.size()) + (names.size() == 1 ? " topic has " : " topics have ") +
         std::to_string(fewest) + (fewest == 1 ? " copy of " : " copies of ") +
         std::to_string(copies) + ": a broker that is lost takes what only it has with it; raise " +
         "with rpk topic alter-config" + named +
         " --set replication.factor=" + std::to_string(copies) + ", as the superuser";
}

std::vector<AccessRule> missing_rules(const std::string& user,
                                      const std::vector<std::string>& groups,
                                      const std::set<AccessRule>& present) {
  std::vector<AccessRule> missing;
  for (const AccessRule& rule : wanted_rules(user, groups)) {
    if (!present.contains(rule)) missing.push_back(rule);
  }
  return missing;
}

}  // namespace argus::cli
