#include "pipeline/dead_letter.h"

#include "base/clock.h"

namespace argus::worker {

kafka::OutboundRecord dead_letter(const kafka::Record& original, const DeadLetterReason& reason,
                                  std::string topic, std::chrono::system_clock::time_point now) {
  kafka::OutboundRecord letter{std::move(topic), original.key, original.value, original.headers};
  const std::pair<const char*, std::string> context[] = {
      {"__connect.errors.topic", original.place.topic},
      {"__connect.errors.partition", std::to_string(original.place.partition)},
      {"__connect.errors.offset", std::to_string(original.offset)},
      {"__connect.errors.connector.name", "argus-worker"},
      {"__connect.errors.task.id", "0"},
      {"__connect.errors.stage", reason.stage},
      {"__connect.errors.class.name", "argus::worker::Pipeline"},
      {"__connect.errors.exception.class.name", reason.word},
      {"__connect.errors.exception.message", reason.message},
      {"argus.reason", reason.word},
      {"argus.retryable", "false"},
      {"argus.original-timestamp", base::to_rfc3339_micro(original.timestamp)},
      {"argus.dead-lettered-at", base::to_rfc3339_micro(now)},
  };
  for (const auto& [name, value] : context) letter.headers.emplace_back(name, value);
  return letter;
}

}  // namespace argus::worker
