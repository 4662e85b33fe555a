// A topic in memory behind kafka::Source, and a Sink that keeps what is published.
//
// Threads: append() and the questions from any thread; the Source's own methods from the poll
// thread.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kafka/source.h"

namespace argus::worker::kafka {

class FakeSource final : public Source {
 public:
  explicit FakeSource(RebalanceListener& listener) : listener_(listener) {}

  void append(const TopicPartition& place, Record record) {
    const std::lock_guard lock(mutex_);
    Log& log = logs_[place];
    record.place = place;
    record.offset = static_cast<std::int64_t>(log.records.size());
    log.records.push_back(std::move(record));
  }
  // The group takes partitions away, or gives them, at the next poll.
  void revoke(const TopicPartition& place) {
    const std::lock_guard lock(mutex_);
    revoke_.push_back(place);
  }
  [[nodiscard]] std::int64_t committed(const TopicPartition& place) const {
    const std::lock_guard lock(mutex_);
    const auto found = logs_.find(place);
    return found == logs_.end() ? 0 : found->second.committed;
  }
  [[nodiscard]] bool paused(const TopicPartition& place) const {
    const std::lock_guard lock(mutex_);
    return paused_.contains(place);
  }
  [[nodiscard]] int polls() const {
    const std::lock_guard lock(mutex_);
    return polls_;
  }
  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  std::optional<Record> poll(std::chrono::milliseconds) override {
    rebalance();
    {
      const std::lock_guard lock(mutex_);
      ++polls_;
      for (auto& [place, log] : logs_) {
        if (!owned_.contains(place) || paused_.contains(place)) continue;
        if (log.position < log.records.size()) return log.records[log.position++];
      }
    }
    // Nothing is waited for: like a real poll, it gives the processor away when there is no record.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return std::nullopt;
  }
  void pause(std::span<const TopicPartition> partitions) override {
    const std::lock_guard lock(mutex_);
    paused_.insert(partitions.begin(), partitions.end());
  }
  void resume(std::span<const TopicPartition> partitions) override {
    const std::lock_guard lock(mutex_);
    for (const auto& place : partitions) paused_.erase(place);
  }
  void rewind(const std::map<TopicPartition, std::int64_t>& offsets) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [place, offset] : offsets) {
      logs_[place].position = static_cast<std::size_t>(offset);
    }
  }
  void commit(const std::map<TopicPartition, std::int64_t>& offsets) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [place, offset] : offsets) logs_[place].committed = offset;
  }
  std::optional<std::int64_t> end_offset(const TopicPartition& place) override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(logs_[place].records.size());
  }
  void close() override {
    std::vector<TopicPartition> all;
    {
      const std::lock_guard lock(mutex_);
      all.assign(owned_.begin(), owned_.end());
    }
    listener_.revoked(all);
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  [[nodiscard]] std::optional<std::string> problem() const override { return std::nullopt; }

 private:
  struct Log {
    std::vector<Record> records;
    std::size_t position = 0;
    std::int64_t committed = 0;
  };

  void rebalance() {
    std::vector<TopicPartition> taken, given;
    {
      const std::lock_guard lock(mutex_);
      taken.swap(revoke_);
      for (const auto& place : taken) {
        owned_.erase(place);
        revoked_.insert(place);
      }
      for (const auto& [place, log] : logs_) {
        if (!owned_.contains(place) && !revoked_.contains(place)) given.push_back(place);
      }
      owned_.insert(given.begin(), given.end());
    }
    if (!taken.empty()) listener_.revoked(taken);
    if (!given.empty()) listener_.assigned(given);
  }

  RebalanceListener& listener_;
  mutable std::mutex mutex_;
  std::map<TopicPartition, Log> logs_;
  std::set<TopicPartition> owned_, revoked_, paused_;
  std::vector<TopicPartition> revoke_;
  int polls_ = 0;
  bool closed_ = false;
};

class FakeSink final : public Sink {
 public:
  void publish(std::span<const OutboundRecord> records) override {
    const std::lock_guard lock(mutex_);
    if (down_) throw BrokerError(false, "the broker is down");
    published_.insert(published_.end(), records.begin(), records.end());
  }
  void set_down(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }
  [[nodiscard]] std::vector<OutboundRecord> published(const std::string& topic) const {
    const std::lock_guard lock(mutex_);
    std::vector<OutboundRecord> found;
    for (const auto& record : published_) {
      if (record.topic == topic) found.push_back(record);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<OutboundRecord> published_;
  bool down_ = false;
};

}  // namespace argus::worker::kafka
