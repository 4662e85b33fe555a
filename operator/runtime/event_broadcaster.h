// The EventRecorder of production: writes Events (v1) into the object's namespace, within
// client-go's limits, on a thread of its own.
//
// Threads: record() may be called from any thread and never blocks: above kQueueMax waiting events
// the new one is dropped and counted (argus_operator_events_dropped_total). run() is one thread.
// Failure: a write that fails is tried again kAttemptsMax times, then dropped and counted; a
// refusal (4xx: the namespace is being deleted, a Role is missing) is dropped at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "kube/client.h"
#include "runtime/event_correlator.h"
#include "runtime/event_recorder.h"

namespace argus::runtime {

struct EventSource {
  std::string component;  // who speaks: "argus-operator"
  std::string instance;   // which replica: the pod's name
};

class EventBroadcaster final : public EventRecorder {
 public:
  static constexpr std::size_t kQueueMax = 1'000;        // client-go's
  static constexpr std::size_t kMessageBytesMax = 1024;  // the API's
  static constexpr int kAttemptsMax = 5;
  static constexpr std::chrono::seconds kRetryDelay{5};

  EventBroadcaster(kube::Client& client, base::Clock& clock, base::Metrics& metrics,
                   EventSource source);

  void record(const kube::Json& about, kube::EventType type, std::string_view reason,
              std::string_view message) override;

  // Writes until stop is requested. What is then still queued, or was not written to the end,
  // stays: see flush().
  void run(std::stop_token stop);
  // Writes what is queued, once each, until `deadline`: for a clean exit, after run() has returned.
  void flush(base::Clock::Monotonic deadline);

 private:
  std::optional<EventNote> take(std::stop_token stop, base::Clock::Monotonic deadline);
  bool write(const EventWrite& wanted, int attempts, std::stop_token stop);
  void drop(const EventWrite& unwanted, const std::string& problem);
  void send(const EventWrite& write, std::stop_token stop);
  [[nodiscard]] kube::Json event(const EventWrite& write);

  kube::Client& client_;
  base::Clock& clock_;
  const EventSource source_;
  base::Counter& dropped_;
  // Used by the writing thread only:
  EventCorrelator correlator_;
  std::int64_t last_name_ = 0;
  std::optional<EventWrite> interrupted_;  // by the stop, while it was being written

  base::Mutex mutex_;
  base::ConditionVariable arrived_;
  std::deque<EventNote> queue_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
