// The partitions that are ours: what of each is in work, what may be committed, and which are over
// their share of memory.
//
// Threads: every method may be called from any thread. Failure: none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "kafka/record.h"
#include "pipeline/offset_tracker.h"

namespace argus::worker {

class Partitions {
 public:
  explicit Partitions(std::size_t in_flight_bytes) : in_flight_bytes_(in_flight_bytes) {}

  void assign(std::span<const kafka::TopicPartition> places);
  void remove(std::span<const kafka::TopicPartition> places);
  [[nodiscard]] std::vector<kafka::TopicPartition> all() const;

  // A message was read; its generation, or std::nullopt when it needs no work: the partition is not
  // ours, or the message was finished before a rewind.
  std::optional<std::uint64_t> begin(const kafka::Record& record);
  // The message's memory is free again.
  void dealt(const kafka::Record& record, std::uint64_t generation);
  // The message needs no more work.
  void finish(const kafka::TopicPartition& place, std::int64_t offset, std::uint64_t generation);
  // False when the partition was rewound or taken away since.
  [[nodiscard]] bool current(const kafka::TopicPartition& place, std::uint64_t generation) const;

  [[nodiscard]] std::map<kafka::TopicPartition, std::int64_t> committable() const;
  void committed(const std::map<kafka::TopicPartition, std::int64_t>& offsets);
  // The offset up to which the partition is finished; std::nullopt before its first message.
  [[nodiscard]] std::optional<std::int64_t> position(const kafka::TopicPartition& place) const;
  [[nodiscard]] std::size_t unfinished(std::span<const kafka::TopicPartition> places) const;
  [[nodiscard]] std::size_t bytes() const;

  // Forgets all unfinished work: it will be read again. Where to read on.
  std::map<kafka::TopicPartition, std::int64_t> rewind();

  struct Flow {
    std::vector<kafka::TopicPartition> pause;
    std::vector<kafka::TopicPartition> resume;
  };
  // What to pause and resume so that each partition keeps to its share. With `stopped`, everything
  // is to be paused.
  Flow flow(bool stopped);

 private:
  struct Entry {
    OffsetTracker offsets;
    std::uint64_t generation = 0;
    std::size_t bytes = 0;
    bool paused = false;
  };

  const std::size_t in_flight_bytes_;
  mutable base::Mutex mutex_;
  std::map<kafka::TopicPartition, Entry> entries_ ARGUS_GUARDED_BY(mutex_);
  std::uint64_t next_generation_ ARGUS_GUARDED_BY(mutex_) = 1;
};

}  // namespace argus::worker
