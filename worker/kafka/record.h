// Messages of the broker, as values, and the error of everything that speaks to it.
//
// Threads: values.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace argus::worker::kafka {

// In order; a name may stand several times, and a value may be null.
using RecordHeaders = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};

struct Record {
  TopicPartition place;
  std::int64_t offset = 0;
  std::chrono::system_clock::time_point timestamp;
  std::optional<std::string> key;
  std::string value;
  RecordHeaders headers;
};

struct OutboundRecord {
  std::string topic;
  std::optional<std::string> key;
  std::string value;
  RecordHeaders headers;
};

// The broker cannot be used as asked; fatal() when trying again cannot help (a topic that may not
// be read, a client that was fenced).
class BrokerError : public std::runtime_error {
 public:
  BrokerError(bool fatal, const std::string& message)
      : std::runtime_error(message), fatal_(fatal) {}
  [[nodiscard]] bool fatal() const { return fatal_; }

 private:
  bool fatal_;
};

// What may pass by itself: no broker has answered in time.
class BrokersSilent : public BrokerError {
 public:
  explicit BrokersSilent(const std::string& message) : BrokerError(false, message) {}
};

// The brokers do not know this user, or know another password of it.
class LoginRefused : public BrokerError {
 public:
  explicit LoginRefused(const std::string& message) : BrokerError(false, message) {}
};

}  // namespace argus::worker::kafka
