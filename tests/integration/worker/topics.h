// The topics of one test on the real broker: created with a prefix of their own, filled, read.
//
// Threads: use from one. Failure: std::runtime_error. The only user of librdkafka in these tests.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "event/outbound_event.h"
#include "kafka/options.h"
#include "kafka/producer.h"
#include "kafka/record.h"

namespace argus::worker::live {

class Topics {
 public:
  // Creates PREFIXargus.codebase.ingested (with `partitions`), PREFIXargus.codebase.analyzed and
  // PREFIXargus.dlq; the destructor deletes them.
  Topics(kafka::ConnectionOptions connection, std::string prefix, int partitions = 1);
  ~Topics();
  Topics(const Topics&) = delete;
  Topics& operator=(const Topics&) = delete;

  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  [[nodiscard]] std::string ingested() const { return prefix_ + "argus.codebase.ingested"; }
  [[nodiscard]] std::string analyzed() const { return prefix_ + "argus.codebase.analyzed"; }
  [[nodiscard]] std::string dead_letters() const { return prefix_ + "argus.dlq"; }

  void add(const std::string& topic);
  void drop(const std::string& topic);
  void publish(const OutboundEvent& event);
  void publish(std::span<const kafka::OutboundRecord> records);
  // Everything that stands in a topic now.
  [[nodiscard]] std::vector<kafka::Record> read(const std::string& topic) const;
  [[nodiscard]] std::int64_t end(const std::string& topic) const;
  // What the group has committed of the ingested topic, over all partitions; 0 when nothing.
  [[nodiscard]] std::int64_t committed(const std::string& group) const;

 private:
  struct Clients;  // kept, since each login costs the broker milliseconds

  const kafka::ConnectionOptions connection_;
  const std::string prefix_;
  const int partitions_;
  std::unique_ptr<kafka::Producer> producer_;
  std::unique_ptr<Clients> clients_;
};

}  // namespace argus::worker::live
