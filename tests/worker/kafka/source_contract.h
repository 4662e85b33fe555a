// What a kafka::Source promises (kafka/source.h), as tests: source_contract.cpp. The suite runs
// against the topic in memory (unit) and against a real broker (integration), so that what is
// tested with the one holds with the other.
//
// Threads: a TestTopic belongs to one test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "fakes/eventually.h"
#include "fakes/required_environment.h"
#include "kafka/source.h"

namespace argus::worker::kafka {

// Keeps what it is told.
class RecordingListener final : public RebalanceListener {
 public:
  void assigned(const std::vector<TopicPartition>& partitions) override {
    owned.insert(partitions.begin(), partitions.end());
  }
  void revoked(const std::vector<TopicPartition>& partitions) override {
    for (const auto& place : partitions) owned.erase(place);
    revocations.insert(revocations.end(), partitions.begin(), partitions.end());
  }
  void lost(const std::vector<TopicPartition>& partitions) override {
    for (const auto& place : partitions) owned.erase(place);
    losses.insert(losses.end(), partitions.begin(), partitions.end());
  }
  std::set<TopicPartition> owned;
  std::vector<TopicPartition> revocations;
  std::vector<TopicPartition> losses;
};

// A topic with one partition that nobody else uses.
class TestTopic {
 public:
  virtual ~TestTopic() = default;
  // The only member of a group without offsets.
  virtual Source& join(RebalanceListener& listener) = 0;
  virtual void append(const std::string& value, const RecordHeaders& headers) = 0;
  [[nodiscard]] virtual TopicPartition place() const = 0;
};

struct TopicKind {
  std::string name;
  std::unique_ptr<TestTopic> (*make)();  // empty: the environment names no broker
};
inline void PrintTo(const TopicKind& kind, std::ostream* out) { *out << kind.name; }

class SourceContract : public testing::TestWithParam<TopicKind> {
 protected:
  void SetUp() override {
    topic_ = GetParam().make();
    ARGUS_NEEDS(topic_, "set ARGUS_TEST_KAFKA to test against a broker");
  }

  RecordingListener listener_;  // outlives the topic's source
  std::unique_ptr<TestTopic> topic_;
};

// Polls until a message is there.
inline std::optional<Record> next(Source& source) {
  std::optional<Record> record;
  static_cast<void>(fakes::eventually([&] {
    record = source.poll(std::chrono::milliseconds(100));
    return record.has_value();
  }));
  return record;
}

}  // namespace argus::worker::kafka
