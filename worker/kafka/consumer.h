// A member of a consumer group: cooperative-sticky, offsets committed only when told.
//
// Threads: one thread, except problem(). Failure: BrokerError from the constructor (a configuration
// that cannot work), from poll() (fatal errors only; librdkafka mends the others itself), commit()
// and rewind(). Ownership: the listener outlives the consumer; close() first, or the destructor
// leaves the group without committing.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "kafka/options.h"
#include "kafka/source.h"

namespace argus::worker::kafka {

struct ConsumerOptions {
  ConnectionOptions connection;
  std::string group;
  std::vector<std::string> topics;
  // "earliest": a group without offsets begins at the first message, so that nothing is lost;
  // "latest": it sees only what comes from now on (argusctl --wait).
  std::string offset_reset = "earliest";
  // A member that is silent so long has left the group, as far as the broker is concerned.
  std::chrono::milliseconds session{20'000};
};

class Consumer final : public Source {
 public:
  Consumer(const ConsumerOptions& options, RebalanceListener& listener);
  ~Consumer() override;

  std::optional<Record> poll(std::chrono::milliseconds timeout) override;
  void pause(std::span<const TopicPartition> partitions) override;
  void resume(std::span<const TopicPartition> partitions) override;
  void rewind(const std::map<TopicPartition, std::int64_t>& offsets) override;
  void commit(const std::map<TopicPartition, std::int64_t>& offsets) override;
  std::optional<std::int64_t> end_offset(const TopicPartition& partition) override;
  void close() override;
  [[nodiscard]] std::optional<std::string> problem() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::worker::kafka
