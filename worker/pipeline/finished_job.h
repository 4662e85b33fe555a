// A message that was dealt with in memory: what is left is to make it durable, tell, and commit.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <vector>

#include "kafka/record.h"

namespace argus::worker {

struct FinishedJob {
  kafka::TopicPartition place;
  std::int64_t offset = 0;
  std::uint64_t generation = 0;
  bool wrote_graph = false;  // the store's disk must have it before the commit
  std::vector<kafka::OutboundRecord> announcements;  // acknowledged before the commit
};

}  // namespace argus::worker
