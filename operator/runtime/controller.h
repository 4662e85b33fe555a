// Calls one Reconciler for the requests that watched objects lead to, from N workers.
//
// Every line that is logged on a worker's thread while it reconciles has the field reconcileID, as
// controller-runtime's have it: a random word for each reconcile.
//
// One place, decide(), says what follows a reconcile: an exception is retried with back-off, a
// TerminalError waits for a change, a requeue_after comes back after that time, anything else
// forgets the key's failures. Metrics have the names, labels and buckets of controller-runtime's.
//
// Threads: start() makes N worker threads; every other method may be called from any thread.
// Ownership: the reconciler and the references outlive the controller.
// Failure: no exception leaves a worker. What is not a std::exception, and a std::logic_error, is
// our own mistake: it counts as a panic and is retried like an error.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "runtime/reconciler.h"
#include "runtime/watched_kind.h"
#include "runtime/work_queue.h"

namespace argus::runtime {

struct ControllerOptions {
  std::string name;  // the label `controller` of the metrics: lower case, the kind
  WatchedKind primary;
  std::vector<WatchedKind> others;
  std::size_t workers = 4;
  // After a success without requeue_after, the key comes again after this long, plus or minus a
  // tenth; zero: only when something changes.
  std::chrono::seconds resync{0};
  // A reconcile that takes longer is asked to stop (its stop_token), and counts as an error.
  std::chrono::seconds reconcile_timeout{300};
};

class Controller {
 public:
  static constexpr std::size_t kWorkersMax = 64;
  // A reconcile that ignores its stop_token for this many time-outs makes the program unhealthy.
  static constexpr int kStuckAfterTimeouts = 2;

  // Throws std::invalid_argument when an option makes no sense.
  Controller(ControllerOptions options, Reconciler& reconciler, base::Clock& clock,
             base::Metrics& metrics);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  [[nodiscard]] const ControllerOptions& options() const { return options_; }
  [[nodiscard]] WorkQueue& queue() { return queue_; }

  // A change of an object of `kind`, one of the declared ones: queues what it leads to.
  void handle(const WatchedKind& kind, const Change& change);

  void start();
  // Asks the workers to stop and running reconciles to give up.
  void request_stop();
  // True when every worker has ended by `deadline`.
  [[nodiscard]] bool await_stopped(base::Clock::Monotonic deadline);

  // Brings metrics about running work up to date and stops what runs for too long; call it
  // regularly.
  void tick();
  // The sentence that says which reconcile is stuck, if one is.
  [[nodiscard]] std::optional<std::string> stuck() const;

 private:
  enum class Outcome { kSuccess, kRequeueAfter, kError, kTerminalError, kStopped };
  struct Instruments;
  struct Worker;

  void work(Worker& worker, std::stop_token stop);
  void process(Worker& worker, const Request& request, std::stop_token stop);
  Outcome attempt(Worker& worker, const Request& request, Result& result, std::stop_token stop);
  void decide(const Request& request, Outcome outcome, const Result& result);

  const ControllerOptions options_;
  Reconciler& reconciler_;
  base::Clock& clock_;
  WorkQueue queue_;
  std::unique_ptr<Instruments> instruments_;

  mutable base::Mutex mutex_;
  base::ConditionVariable ended_;
  std::size_t running_workers_ ARGUS_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Worker>> workers_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
