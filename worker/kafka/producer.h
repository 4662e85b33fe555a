// An idempotent producer whose publish() returns when the broker has everything: acks=all, so that
// an acknowledged message survives the loss of a broker that has followers.
//
// Threads: publish() from any thread. Failure: BrokerError; messages before the failing one may
// have been written, so that a repeat may write them twice.
#pragma once

#include <chrono>
#include <memory>

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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::worker::kafka
