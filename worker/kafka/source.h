// Where messages come from and go to, as seams: production is Consumer and Producer, tests use
// fakes.
//
// Threads: a Source is used by one thread, on which the listener is called, too; problem() and a
// Sink may be used from any thread. Failure: BrokerError.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "kafka/record.h"

namespace argus::worker::kafka {

// Told about partitions from inside Source::poll() and Source::close(). Must not throw.
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;
  virtual void assigned(const std::vector<TopicPartition>& partitions) = 0;
  // Still ours until this returns: finish and commit. The broker waits, so be brief.
  virtual void revoked(const std::vector<TopicPartition>& partitions) = 0;
  // Ours no longer: another member may have them already.
  virtual void lost(const std::vector<TopicPartition>& partitions) = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  // The next message, or std::nullopt when none came within `timeout`. Must be called at least
  // every few minutes, paused or not, or the group takes the partitions away.
  virtual std::optional<Record> poll(std::chrono::milliseconds timeout) = 0;
  virtual void pause(std::span<const TopicPartition> partitions) = 0;
  virtual void resume(std::span<const TopicPartition> partitions) = 0;
  // Reads on at what was last committed, or at the group's beginning when nothing was.
  virtual void rewind(const std::map<TopicPartition, std::int64_t>& offsets) = 0;
  // The next offset to read of each partition; returns when the broker has it.
  virtual void commit(const std::map<TopicPartition, std::int64_t>& offsets) = 0;
  // The offset after the partition's last message, as far as it is known.
  virtual std::optional<std::int64_t> end_offset(const TopicPartition& partition) = 0;
  // Leaves the group; the listener hears of what is revoked.
  virtual void close() = 0;
  // What is wrong with the connection, as a sentence; std::nullopt when it works.
  [[nodiscard]] virtual std::optional<std::string> problem() const = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;
  // Sends all and returns when every one is acknowledged; throws otherwise.
  virtual void publish(std::span<const OutboundRecord> records) = 0;
};

}  // namespace argus::worker::kafka
