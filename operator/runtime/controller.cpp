#include "runtime/controller.h"

#include <set>
#include <stdexcept>

#include "base/http/transport.h"
#include "base/identity.h"
#include "base/log.h"

namespace argus::runtime {
namespace {

// Of a random identity: enough to tell the reconciles in one log apart.
constexpr std::size_t kReconcileIdDigits = 8;

// controller-runtime's (pkg/internal/controller/metrics), in seconds.
const std::vector<double> kReconcileTimeBuckets = {
    0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
    0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
    6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};

void validate(const ControllerOptions& options) {
  const auto require = [](bool holds, const std::string& sentence) {
    if (!holds) throw std::invalid_argument(sentence);
  };
  require(!options.name.empty(), "a controller needs a name");
  require(options.workers >= 1 && options.workers <= Controller::kWorkersMax,
          "a controller has 1 to " + std::to_string(Controller::kWorkersMax) + " workers, not " +
              std::to_string(options.workers));
  require(options.reconcile_timeout.count() > 0,
          "a controller's reconcile_timeout must be positive");
}

}  // namespace

struct Controller::Instruments {
  Instruments(const std::string& name, std::size_t workers, base::Metrics& metrics)
      : success(total(name, "success", metrics)),
        requeue(total(name, "requeue", metrics)),
        requeue_after(total(name, "requeue_after", metrics)),
        error(total(name, "error", metrics)),
        errors(metrics.counter("controller_runtime_reconcile_errors_total",
                               "Total number of reconciliation errors per controller",
                               {{"controller", name}})),
        terminal_errors(
            metrics.counter("controller_runtime_terminal_reconcile_errors_total",
                            "Total number of terminal reconciliation errors per controller",
                            {{"controller", name}})),
        panics(metrics.counter("controller_runtime_reconcile_panics_total",
                               "Total number of reconciliation panics per controller",
                               {{"controller", name}})),
        timeouts(metrics.counter("controller_runtime_reconcile_timeouts_total",
                                 "Total number of reconciliation timeouts per controller",
                                 {{"controller", name}})),
        active_workers(metrics.gauge("controller_runtime_active_workers",
                                     "Number of currently used workers per controller",
                                     {{"controller", name}})),
        last_success(metrics.gauge("argus_operator_reconcile_last_success_timestamp_seconds",
                                   "Unix time of the last reconciliation that succeeded",
                                   {{"controller", name}})),
        time(metrics.histogram("controller_runtime_reconcile_time_seconds",
                               "Length of time per reconciliation per controller",
                               kReconcileTimeBuckets, {{"controller", name}})) {
    metrics
        .gauge("controller_runtime_max_concurrent_reconciles",
               "Maximum number of concurrent reconciles per controller", {{"controller", name}})
        .set(static_cast<double>(workers));
  }

  static base::Counter& total(const std::string& name, const char* result, base::Metrics& metrics) {
    return metrics.counter("controller_runtime_reconcile_total",
                           "Total number of reconciliations per controller",
                           {{"controller", name}, {"result", result}});
  }

  base::Counter& success;
  base::Counter& requeue;  // deprecated by controller-runtime; always 0 here
  base::Counter& requeue_after;
  base::Counter& error;
  base::Counter& errors;
  base::Counter& terminal_errors;
  base::Counter& panics;
  base::Counter& timeouts;
  base::Gauge& active_workers;
  base::Gauge& last_success;
  base::Histogram& time;
};

struct Controller::Worker {
  // What it does now. Locked after Controller::mutex_ where both are.
  base::Mutex mutex;
  std::optional<Request> request ARGUS_GUARDED_BY(mutex);
  base::Clock::Monotonic since ARGUS_GUARDED_BY(mutex){};
  std::stop_source stop ARGUS_GUARDED_BY(mutex){std::nostopstate};
  bool timed_out ARGUS_GUARDED_BY(mutex) = false;

  std::jthread thread;
};

Controller::Controller(ControllerOptions options, Reconciler& reconciler, base::Clock& clock,
                       base::Metrics& metrics)
    : options_((validate(options), std::move(options))),
      reconciler_(reconciler),
      clock_(clock),
      queue_(options_.name, clock, metrics),
      instruments_(std::make_unique<Instruments>(options_.name, options_.workers, metrics)) {}

Controller::~Controller() { request_stop(); }

void Controller::handle(const WatchedKind& kind, const Change& change) {
  const bool modified = change.before && change.after;
  if (modified && kind.matters && !kind.matters(*change.before, *change.after)) return;
  const auto requests_for = [this, &kind](const kube::Json& object) {
    if (kind.requests_for) return kind.requests_for(object);
    if (kind.gvk == options_.primary.gvk) return std::vector<Request>{{kube::key_of(object)}};
    return owners_of_kind(object, options_.primary.gvk);
  };
  // Before and after: an object that changes its owner concerns both.
  std::set<Request> requests;
  for (const kube::SharedObject& version : {change.before, change.after}) {
    if (!version) continue;
    for (const Request& request : requests_for(*version)) requests.insert(request);
  }
  for (const Request& request : requests) queue_.add(request);
}

void Controller::start() {
  const base::MutexLock lock(mutex_);
  for (std::size_t i = 0; i < options_.workers; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
    ++running_workers_;
    worker.thread = std::jthread([this, &worker](std::stop_token stop) {
      work(worker, std::move(stop));
      const base::MutexLock ending(mutex_);
      --running_workers_;
      ended_.notify_all();
    });
  }
}

void Controller::request_stop() {
  std::vector<std::stop_source> sources;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& worker : workers_) sources.push_back(worker->thread.get_stop_source());
  }
  for (std::stop_source& source : sources) source.request_stop();
}

bool Controller::await_stopped(base::Clock::Monotonic deadline) {
  base::MutexLock lock(mutex_);
  return clock_.wait_until(ended_, lock, {}, deadline,
                           [this]() ARGUS_REQUIRES(mutex_) { return running_workers_ == 0; });
}

void Controller::work(Worker& worker, std::stop_token stop) {
  while (const std::optional<Request> request = queue_.get(stop)) {
    process(worker, *request, stop);
    queue_.done(*request);
  }
}

void Controller::process(Worker& worker, const Request& request, std::stop_token stop) {
  const base::LogContext context(
      {{"reconcileID", base::random_identity().substr(0, kReconcileIdDigits)}});
  std::stop_source cancel;
  const std::stop_callback stopped(stop, [&cancel] { cancel.request_stop(); });
  const auto started = clock_.monotonic();
  {
    const base::MutexLock lock(worker.mutex);
    worker.request = request;
    worker.since = started;
    worker.stop = cancel;
    worker.timed_out = false;
  }
  instruments_->active_workers.increment();
  Result result;
  const Outcome outcome = attempt(worker, request, result, cancel.get_token());
  instruments_->time.observe(std::chrono::duration<double>(clock_.monotonic() - started).count());
  decide(request, outcome, result);
  instruments_->active_workers.increment(-1);
  const base::MutexLock lock(worker.mutex);
  worker.request.reset();
  worker.stop = std::stop_source(std::nostopstate);
}

Controller::Outcome Controller::attempt(Worker& worker, const Request& request, Result& result,
                                        std::stop_token stop) {
  const auto failed = [&](const char* what, const char* message) {
    base::log_error("reconcile failed", {{"controller", options_.name},
                                         {"object", request.key.to_string()},
                                         {"kind", what},
                                         {"error", message}});
  };
  const auto timed_out = [&] {
    const base::MutexLock lock(worker.mutex);
    return worker.timed_out;
  };
  try {
    result = reconciler_.reconcile(request, stop);
    if (stop.stop_requested() && timed_out()) return Outcome::kError;
    return result.requeue_after ? Outcome::kRequeueAfter : Outcome::kSuccess;
  } catch (const TerminalError& error) {
    failed("terminal", error.what());
    return Outcome::kTerminalError;
  } catch (const std::logic_error& error) {
    instruments_->panics.increment();
    failed("panic", error.what());
  } catch (const kube::Json::exception& error) {
    instruments_->panics.increment();
    failed("panic", error.what());
  } catch (const std::exception& error) {
    if (stop.stop_requested() && !timed_out()) return Outcome::kStopped;
    failed(timed_out() ? "timeout" : "error", error.what());
  } catch (...) {
    instruments_->panics.increment();
    failed("panic", "something that is not a std::exception");
  }
  return Outcome::kError;
}

// The one place that says what follows a reconcile.
void Controller::decide(const Request& request, Outcome outcome, const Result& result) {
  switch (outcome) {
    case Outcome::kSuccess:
      instruments_->success.increment();
      queue_.forget(request);
      break;
    case Outcome::kRequeueAfter:
      instruments_->requeue_after.increment();
      queue_.forget(request);
      queue_.add_after(request, *result.requeue_after);
      break;
    case Outcome::kError:
      instruments_->error.increment();
      instruments_->errors.increment();
      queue_.add_rate_limited(request);
      break;
    case Outcome::kTerminalError:
      instruments_->error.increment();
      instruments_->errors.increment();
      instruments_->terminal_errors.increment();
      queue_.forget(request);
      break;
    case Outcome::kStopped:
      return;
  }
  if (outcome == Outcome::kSuccess || outcome == Outcome::kRequeueAfter) {
    const auto now = std::chrono::duration<double>(clock_.wall().time_since_epoch());
    instruments_->last_success.set(now.count());
  }
}

void Controller::tick() {
  queue_.report_running();
  std::vector<std::stop_source> late;
  {
    const base::MutexLock lock(mutex_);
    const auto now = clock_.monotonic();
    for (const auto& worker : workers_) {
      const base::MutexLock one(worker->mutex);
      const bool due = worker->request && now - worker->since > options_.reconcile_timeout;
      if (!due || worker->timed_out) continue;
      worker->timed_out = true;
      late.push_back(worker->stop);
    }
  }
  for (std::stop_source& source : late) {
    instruments_->timeouts.increment();
    source.request_stop();
  }
}

std::optional<std::string> Controller::stuck() const {
  const base::MutexLock lock(mutex_);
  const auto now = clock_.monotonic();
  for (const auto& worker : workers_) {
    const base::MutexLock one(worker->mutex);
    if (!worker->request) continue;
    const auto running = now - worker->since;
    if (running <= options_.reconcile_timeout * kStuckAfterTimeouts) continue;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(running).count();
    return "controller " + options_.name + " has been reconciling " +
           worker->request->key.to_string() + " for " + std::to_string(seconds) +
           " s and does not stop";
  }
  return std::nullopt;
}

}  // namespace argus::runtime
