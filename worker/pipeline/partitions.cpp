#include "pipeline/partitions.h"

#include <algorithm>

namespace argus::worker {
namespace {

// Messages of one partition that may be read and not yet committed, whatever their size.
constexpr std::size_t kUnfinishedMax = 1'000;

}  // namespace

void Partitions::assign(std::span<const kafka::TopicPartition> places) {
  const base::MutexLock lock(mutex_);
  for (const auto& place : places) {
    Entry entry;
    entry.generation = next_generation_++;
    entries_.insert_or_assign(place, std::move(entry));
  }
}

void Partitions::remove(std::span<const kafka::TopicPartition> places) {
  const base::MutexLock lock(mutex_);
  for (const auto& place : places) entries_.erase(place);
}

std::vector<kafka::TopicPartition> Partitions::all() const {
  const base::MutexLock lock(mutex_);
  std::vector<kafka::TopicPartition> places;
  for (const auto& [place, entry] : entries_) places.push_back(place);
  return places;
}

std::optional<std::uint64_t> Partitions::begin(const kafka::Record& record) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(record.place);
  if (found == entries_.end()) return std::nullopt;
  if (!found->second.offsets.begin(record.offset)) return std::nullopt;
  found->second.bytes += record.value.size();
  return found->second.generation;
}

void Partitions::dealt(const kafka::Record& record, std::uint64_t generation) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(record.place);
  if (found == entries_.end() || found->second.generation != generation) return;
  found->second.bytes -= std::min(found->second.bytes, record.value.size());
}

void Partitions::finish(const kafka::TopicPartition& place, std::int64_t offset,
                        std::uint64_t generation) {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(place);
  if (found == entries_.end() || found->second.generation != generation) return;
  found->second.offsets.finish(offset);
}

bool Partitions::current(const kafka::TopicPartition& place, std::uint64_t generation) const {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(place);
  return found != entries_.end() && found->second.generation == generation;
}

std::map<kafka::TopicPartition, std::int64_t> Partitions::committable() const {
  const base::MutexLock lock(mutex_);
  std::map<kafka::TopicPartition, std::int64_t> offsets;
  for (const auto& [place, entry] : entries_) {
    if (const auto offset = entry.offsets.committable()) offsets.emplace(place, *offset);
  }
  return offsets;
}

void Partitions::committed(const std::map<kafka::TopicPartition, std::int64_t>& offsets) {
  const base::MutexLock lock(mutex_);
  for (const auto& [place, offset] : offsets) {
    const auto found = entries_.find(place);
    if (found != entries_.end()) found->second.offsets.committed(offset);
  }
}

std::optional<std::int64_t> Partitions::position(const kafka::TopicPartition& place) const {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(place);
  return found == entries_.end() ? std::nullopt : found->second.offsets.restart();
}

std::size_t Partitions::unfinished(std::span<const kafka::TopicPartition> places) const {
  const base::MutexLock lock(mutex_);
  std::size_t count = 0;
  for (const auto& place : places) {
    const auto found = entries_.find(place);
    if (found != entries_.end()) count += found->second.offsets.unfinished();
  }
  return count;
}

std::size_t Partitions::bytes() const {
  const base::MutexLock lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [place, entry] : entries_) bytes += entry.bytes;
  return bytes;
}

std::map<kafka::TopicPartition, std::int64_t> Partitions::rewind() {
  const base::MutexLock lock(mutex_);
  std::map<kafka::TopicPartition, std::int64_t> offsets;
  for (auto& [place, entry] : entries_) {
    if (const auto offset = entry.offsets.restart()) offsets.emplace(place, *offset);
    entry.offsets.rewind();
    entry.generation = next_generation_++;
    entry.bytes = 0;
  }
  return offsets;
}

Partitions::Flow Partitions::flow(bool stopped) {
  const base::MutexLock lock(mutex_);
  Flow flow;
  if (entries_.empty()) return flow;
  const std::size_t share = in_flight_bytes_ / entries_.size();
  for (auto& [place, entry] : entries_) {
    const std::size_t unfinished = entry.offsets.unfinished();
    const bool full = entry.bytes > share || unfinished > kUnfinishedMax;
    // Half the share before it goes on: each pause throws librdkafka's prefetch away.
    const bool low = entry.bytes <= share / 2 && unfinished <= kUnfinishedMax / 2;
    if (!entry.paused && (stopped || full)) {
      entry.paused = true;
      flow.pause.push_back(place);
    } else if (entry.paused && !stopped && low) {
      entry.paused = false;
      flow.resume.push_back(place);
    }
  }
  return flow;
}

}  // namespace argus::worker
