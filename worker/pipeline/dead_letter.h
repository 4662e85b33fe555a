// What goes to argus.dlq: the original key, value and headers, and why it went there, in the
// headers of Kafka Connect's dead letter queue (KIP-298) and argus.* ones.
//
// Threads: free functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "kafka/record.h"

namespace argus::worker {

inline constexpr std::string_view kDeadLetterTopic = "argus.dlq";

struct DeadLetterReason {
  // VALUE_CONVERTER (the event is wrong), TRANSFORMATION (one of its files made the extractor fail)
  // or TASK_PUT (the graph refuses it).
  std::string stage;
  std::string word;     // for machines: hash_mismatch
  std::string message;  // for people: one sentence
};

[[nodiscard]] kafka::OutboundRecord dead_letter(const kafka::Record& original,
                                                const DeadLetterReason& reason, std::string topic,
                                                std::chrono::system_clock::time_point now);

}  // namespace argus::worker
