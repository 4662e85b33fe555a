// An idempotent producer whose publish() returns when the broker has everything: acks=all, so that
// an acknowledged message survives the loss of a broker that has followers. A client of librdkafka
// that failed fatally is replaced at the next publish().
//
// Threads: publish() from any thread. Failure: BrokerError; messages before the failing one may
// have been written, so that a repeat may write them twice.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "kafka/options.h"
#include "kafka/source.h"

namespace argus::worker::kafka {

struct ProducerOptions {
  ConnectionOptions connection;
  std::chrono::milliseconds delivery_timeout{30'000};  // from send to acknowledgement
};

class Producer final : public Sink {
 public:
  explicit Producer(const ProducerOptions& options);
  ~Producer() override;

  void publish(std::span<const OutboundRecord> records) override;

  // Returns when the broker has let us in and has the topic; throws when it does not within
  // `patience`. A program for people asks first, so that a mistake is said at once.
  void require_topic(const std::string& topic, std::chrono::milliseconds patience);

  // For tests: what the broker does to an idempotent producer that it refuses.
  void fail_fatally();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::worker::kafka
