// What the data layer needs from its brokers besides users: the topics of docs/events.md, and the
// rules that let the service user do its work.
//
// Threads: pure functions.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "kafka/admin.h"

namespace argus::cli {

// Below three brokers there is one copy of everything, else three.
[[nodiscard]] int replication_factor_for(int brokers);

// The topics that are not there.
[[nodiscard]] std::vector<worker::kafka::NewTopic> missing_topics(
    const worker::kafka::ClusterState& cluster, int replication_factor);
// What is odd about those that are there, as sentences: nothing of it is changed.
[[nodiscard]] std::vector<std::string> topic_remarks(const worker::kafka::ClusterState& cluster);
// That topics of the data layer have fewer than `copies`, and how to raise them; empty when none
// has.
[[nodiscard]] std::string copies_remark(const worker::kafka::ClusterState& cluster, int copies);

// The rules that the service user lacks. `groups`: consumer groups that it may be in besides those
// whose names begin with "argus".
[[nodiscard]] std::vector<worker::kafka::AccessRule> missing_rules(
    const std::string& user, const std::vector<std::string>& groups,
    const std::set<worker::kafka::AccessRule>& present);

}  // namespace argus::cli
