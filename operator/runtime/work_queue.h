// The keys to reconcile: de-duplicated, delayed, rate-limited by key, and never one key at two
// workers.
//
// A key that is added while a worker has it is handed out again after done(). A delay that is
// pending when the key is handed out is dropped: the reconcile that runs now decides about the next
// one. Metrics have the names, labels and buckets of client-go's and controller-runtime's
// workqueue.
//
// Threads: every method may be called from any thread; get() blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "runtime/reconciler.h"

namespace argus::runtime {

class WorkQueue {
 public:
  // The first retry of a key comes after this, each further one after twice the last, up to the
  // longest. controller-runtime's longest is 1000 s; people wait for this one.
  static constexpr std::chrono::milliseconds kRetryDelayFirst{5};
  static constexpr std::chrono::milliseconds kRetryDelayLongest = std::chrono::minutes(5);

  // `name`: the value of the labels `name` and `controller` of the metrics.
  WorkQueue(const std::string& name, base::Clock& clock, base::Metrics& metrics);

  void add(const Request& request);
  // The earliest of several delays of one key counts.
  void add_after(const Request& request, std::chrono::nanoseconds delay);
  // Adds after the key's back-off, and lengthens it.
  void add_rate_limited(const Request& request);
  // Ends the key's back-off.
  void forget(const Request& request);
  [[nodiscard]] int failures(const Request& request) const;

  // The next key, in the order in which they became due; std::nullopt when stop is requested.
  // done() must follow.
  [[nodiscard]] std::optional<Request> get(std::stop_token stop);
  void done(const Request& request);

  [[nodiscard]] std::size_t depth() const;

  // Brings the metrics about running work up to date; call it regularly.
  void report_running();

 private:
  using Time = base::Clock::Monotonic;
  struct Ready {
    Request request;
    Time since;
  };

  void make_ready(const Request& request, Time since) ARGUS_REQUIRES(mutex_);
  void promote_due() ARGUS_REQUIRES(mutex_);
  void drop_delay(const Request& request) ARGUS_REQUIRES(mutex_);
  void delay(const Request& request, Time until) ARGUS_REQUIRES(mutex_);

  base::Clock& clock_;
  base::Counter& adds_;
  base::Counter& retries_;
  base::Gauge& depth_;
  base::Gauge& unfinished_;
  base::Gauge& longest_running_;
  base::Histogram& queue_duration_;
  base::Histogram& work_duration_;

  mutable base::Mutex mutex_;
  base::ConditionVariable changed_;
  std::deque<Ready> ready_ ARGUS_GUARDED_BY(mutex_);
  std::set<Request> queued_ ARGUS_GUARDED_BY(mutex_);         // what ready_ holds
  std::map<Request, Time> running_ ARGUS_GUARDED_BY(mutex_);  // with the time it was handed out
  // Added while running, with the time of that.
  std::map<Request, Time> dirty_ ARGUS_GUARDED_BY(mutex_);
  std::map<Request, Time> delayed_ ARGUS_GUARDED_BY(mutex_);         // not yet due
  std::set<std::pair<Time, Request>> due_ ARGUS_GUARDED_BY(mutex_);  // delayed_, by time
  std::map<Request, int> failures_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
