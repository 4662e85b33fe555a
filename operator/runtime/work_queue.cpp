#include "runtime/work_queue.h"

#include <algorithm>

namespace argus::runtime {
namespace {

using Seconds = std::chrono::duration<double>;

// prometheus.ExponentialBuckets(10e-9, 10, 12): 10 ns to 1000 s.
std::vector<double> duration_buckets() {
  std::vector<double> buckets;
  double bound = 10e-9;
  for (int i = 0; i < 12; ++i, bound *= 10) buckets.push_back(bound);
  return buckets;
}

// More doublings than this are beyond the longest delay.
constexpr int kDoublingsMax = 30;

}  // namespace

WorkQueue::WorkQueue(const std::string& name, base::Clock& clock, base::Metrics& metrics)
    : clock_(clock),
      adds_(metrics.counter("workqueue_adds_total", "Total number of adds handled by workqueue",
                            {{"name", name}, {"controller", name}})),
      retries_(metrics.counter("workqueue_retries_total",
                               "Total number of retries handled by workqueue",
                               {{"name", name}, {"controller", name}})),
      depth_(metrics.gauge("workqueue_depth",
                           "Current depth of workqueue by workqueue and priority",
                           {{"name", name}, {"controller", name}})),
      unfinished_(metrics.gauge(
          "workqueue_unfinished_work_seconds",
          "How many seconds of work has been done that is in progress and hasn't been observed by "
          "work_duration. Large values indicate stuck threads. One can deduce the number of stuck "
          "threads by observing the rate at which this increases.",
          {{"name", name}, {"controller", name}})),
      longest_running_(metrics.gauge(
          "workqueue_longest_running_processor_seconds",
          "How many seconds has the longest running processor for workqueue been running.",
          {{"name", name}, {"controller", name}})),
      queue_duration_(
          metrics.histogram("workqueue_queue_duration_seconds",
                            "How long in seconds an item stays in workqueue before being requested",
                            duration_buckets(), {{"name", name}, {"controller", name}})),
      work_duration_(
          metrics.histogram("workqueue_work_duration_seconds",
                            "How long in seconds processing an item from workqueue takes.",
                            duration_buckets(), {{"name", name}, {"controller", name}})) {}

void WorkQueue::add(const Request& request) {
  const base::MutexLock lock(mutex_);
  make_ready(request, clock_.monotonic());
}

void WorkQueue::add_after(const Request& request, std::chrono::nanoseconds delay_for) {
  const base::MutexLock lock(mutex_);
  retries_.increment();
  const Time now = clock_.monotonic();
  if (delay_for <= std::chrono::nanoseconds::zero()) {
    make_ready(request, now);
  } else {
    delay(request, now + delay_for);
  }
}

void WorkQueue::add_rate_limited(const Request& request) {
  const base::MutexLock lock(mutex_);
  retries_.increment();
  int& failures = failures_[request];
  const int doublings = std::min(failures++, kDoublingsMax);
  const auto wanted = kRetryDelayFirst * (std::int64_t{1} << doublings);
  delay(request, clock_.monotonic() + std::min(wanted, kRetryDelayLongest));
}

void WorkQueue::forget(const Request& request) {
  const base::MutexLock lock(mutex_);
  failures_.erase(request);
}

int WorkQueue::failures(const Request& request) const {
  const base::MutexLock lock(mutex_);
  const auto found = failures_.find(request);
  return found == failures_.end() ? 0 : found->second;
}

std::optional<Request> WorkQueue::get(std::stop_token stop) {
  base::MutexLock lock(mutex_);
  for (;;) {
    if (stop.stop_requested()) return std::nullopt;
    promote_due();
    if (!ready_.empty()) break;
    const Time deadline = due_.empty() ? Time::max() : due_.begin()->first;
    // Woken by an addition, or by an earlier delay than the one waited for.
    clock_.wait_until(changed_, lock, stop, deadline, [this, deadline]() ARGUS_REQUIRES(mutex_) {
      return !ready_.empty() || (!due_.empty() && due_.begin()->first < deadline);
    });
  }
  const Ready next = std::move(ready_.front());
  ready_.pop_front();
  queued_.erase(next.request);
  drop_delay(next.request);
  const Time now = clock_.monotonic();
  running_[next.request] = now;
  depth_.set(static_cast<double>(ready_.size()));
  queue_duration_.observe(Seconds(now - next.since).count());
  // This worker may have been the one that waited for the next delay: another takes that over.
  if (!ready_.empty() || !due_.empty()) changed_.notify_one();
  return next.request;
}

void WorkQueue::done(const Request& request) {
  const base::MutexLock lock(mutex_);
  const auto running = running_.find(request);
  if (running == running_.end()) return;
  work_duration_.observe(Seconds(clock_.monotonic() - running->second).count());
  running_.erase(running);
  const auto again = dirty_.find(request);
  if (again == dirty_.end()) return;
  const Time since = again->second;
  dirty_.erase(again);
  ready_.push_back({request, since});
  queued_.insert(request);
  depth_.set(static_cast<double>(ready_.size()));
  changed_.notify_one();
}

std::size_t WorkQueue::depth() const {
  const base::MutexLock lock(mutex_);
  return ready_.size();
}

void WorkQueue::report_running() {
  const base::MutexLock lock(mutex_);
  const Time now = clock_.monotonic();
  Seconds total{0};
  Seconds longest{0};
  for (const auto& [request, since] : running_) {
    total += now - since;
    longest = std::max(longest, Seconds(now - since));
  }
  unfinished_.set(total.count());
  longest_running_.set(longest.count());
}

// Queues a key unless it is queued; a key that a worker has waits until that is done.
void WorkQueue::make_ready(const Request& request, Time since) {
  if (queued_.contains(request)) return;
  if (running_.contains(request)) {
    if (dirty_.emplace(request, since).second) adds_.increment();
    return;
  }
  adds_.increment();
  ready_.push_back({request, since});
  queued_.insert(request);
  depth_.set(static_cast<double>(ready_.size()));
  changed_.notify_one();
}

void WorkQueue::promote_due() {
  const Time now = clock_.monotonic();
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto [time, request] = *due_.begin();
    drop_delay(request);
    make_ready(request, time);
  }
}

void WorkQueue::drop_delay(const Request& request) {
  const auto found = delayed_.find(request);
  if (found == delayed_.end()) return;
  due_.erase({found->second, request});
  delayed_.erase(found);
}

void WorkQueue::delay(const Request& request, Time until) {
  const auto found = delayed_.find(request);
  if (found != delayed_.end() && found->second <= until) return;
  drop_delay(request);
  delayed_[request] = until;
  due_.insert({until, request});
  changed_.notify_one();
}

}  // namespace argus::runtime
