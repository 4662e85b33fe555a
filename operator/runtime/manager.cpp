#include "runtime/manager.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "base/log.h"

namespace argus::runtime {
namespace {

const kube::GroupVersionKind kDefinitions{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};

void abandon_process(const std::string& why) {
  base::log_error("ending the process at once", {{"why", why}});
  std::_Exit(Manager::kAbandonedStatus);
}

// One informer serves all who watch a kind: what they want of it must be the same.
bool same_selection(const WatchedKind& a, const WatchedKind& b) {
  return a.label_selector == b.label_selector && a.field_selector == b.field_selector &&
         a.cluster_scoped == b.cluster_scoped && a.metadata_only == b.metadata_only;
}

}  // namespace

Manager::Manager(kube::Client& client, base::Clock& clock, base::Metrics& metrics,
                 ManagerOptions options)
    : clock_(clock),
      metrics_(metrics),
      options_(std::move(options)),
      events_(client, clock, metrics, options_.event_source),
      served_kinds_(client),
      informers_(client, clock, served_kinds_, options_.watch_list, options_.trim) {
  if (options_.leader_election) {
    elector_ = std::make_unique<LeaderElector>(client, clock, metrics, *options_.leader_election);
  }
}

// Threads first: listeners refer to controllers.
Manager::~Manager() { informers_.stop(); }

References& Manager::references(const std::string& controller) {
  std::unique_ptr<References>& references = references_[controller];
  if (!references) references = std::make_unique<References>(informers_);
  return *references;
}

void Manager::add_controller(ControllerOptions options, Reconciler& reconciler) {
  controllers_.push_back(
      std::make_unique<Controller>(std::move(options), reconciler, clock_, metrics_));
  Controller& controller = *controllers_.back();
  watch_kind(controller, controller.options().primary);
  for (const WatchedKind& kind : controller.options().others) watch_kind(controller, kind);
  references(controller.options().name).notify([&controller](const Request& request) {
    controller.queue().add(request);
  });
}

void Manager::watch_kind(Controller& controller, const WatchedKind& kind) {
  const auto [declared, first] = declared_.try_emplace(kind.gvk, kind);
  if (!first && (!same_selection(declared->second, kind) || !kind.indexes.empty())) {
    throw std::invalid_argument(
        kind.gvk.kind +
        " is watched twice in different ways; use one selector, and declare "
        "its indexes where it is declared first");
  }
  CachedKind& cached = cache_.kinds_[kind.gvk];
  cached.optional_ = first ? kind.optional : cached.optional_ && kind.optional;
  const bool everywhere = kind.cluster_scoped || options_.namespaces.empty();
  for (const std::string& ns : everywhere ? std::vector<std::string>{""} : options_.namespaces) {
    const Selection selection{.gvk = kind.gvk,
                              .ns = ns,
                              .label_selector = kind.label_selector,
                              .field_selector = kind.field_selector,
                              .metadata_only = kind.metadata_only};
    InformerListener listener;
    listener.on_change = [&controller, &kind](const Change& change) {
      controller.handle(kind, change);
    };
    if (kind.optional) {
      listener.on_status = [this, &controller](const InformerStatus& status) {
        if (status.synced || status.served == false) queue_all_primaries(controller);
      };
    }
    auto subscription = informers_.subscribe(selection, std::move(listener), kind.indexes);
    (first ? cached.subscriptions_ : more_subscriptions_).push_back(std::move(subscription));
  }
}

void Manager::queue_all_primaries(Controller& controller) {
  for (const kube::SharedObject& object : cache_.kind(controller.options().primary.gvk).list()) {
    controller.queue().add({kube::key_of(*object)});
  }
}

// Word of CustomResourceDefinitions that come and go, for informers that wait for them.
void Manager::watch_definitions() {
  InformerListener listener;
  listener.on_change = [this](const Change& change) {
    served_kinds_.crd_changed(kube::key_of(change.either()).name, change.after == nullptr);
  };
  definitions_ =
      informers_.subscribe({.gvk = kDefinitions, .metadata_only = true}, std::move(listener));
}

Manager::Ended Manager::run(std::stop_token stop) {
  std::unique_ptr<base::HealthServer> health;
  if (options_.health) {
    health = std::make_unique<base::HealthServer>(
        *options_.health, metrics_,
        std::vector<base::HealthCheck>{{"workers", [this] { return not_alive(); }}},
        std::vector<base::HealthCheck>{{"caches", [this] { return not_ready(); }}});
    health_port_ = health->port();
  }
  std::jthread events([this](std::stop_token ending) { events_.run(std::move(ending)); });
  watch_definitions();
  informers_.start();
  const Ended ended = supervise(stop);
  events.request_stop();
  events.join();
  events_.flush(clock_.monotonic() + kEventFlushTime);
  if (elector_ && ended != Ended::kLostLease) elector_->release();
  for (auto& [name, references] : references_) references->clear();
  informers_.stop();
  health_port_ = 0;
  return ended;
}

// From warm caches to stopped workers.
Manager::Ended Manager::supervise(std::stop_token stop) {
  if (!await_caches(stop)) {
    return stop.stop_requested() ? Ended::kStopped : Ended::kCachesNotSynced;
  }
  if (elector_ && !elector_->acquire(stop)) return Ended::kStopped;
  std::stop_source over;
  const std::stop_callback stopped(stop, [&over] { over.request_stop(); });
  std::jthread election;
  if (elector_) {
    election = std::jthread([this, &over](std::stop_token ending) {
      if (elector_->hold(std::move(ending)) != LeaderElector::Ended::kLost) return;
      lost_ = true;
      over.request_stop();
    });
  }
  leading_ = true;
  base::log_info("starting the workers", {{"controllers", controllers_.size()}});
  for (const auto& controller : controllers_) controller->start();
  while (clock_.sleep_for(kTickInterval, over.get_token())) {
    for (const auto& controller : controllers_) controller->tick();
  }
  // The lease is held, and renewed, until the last worker has ended.
  stop_workers();
  leading_ = false;
  return lost_ ? Ended::kLostLease : Ended::kStopped;
}

bool Manager::await_caches(std::stop_token stop) {
  const auto deadline = clock_.monotonic() + options_.cache_sync_timeout;
  do {
    const std::vector<std::string> missing = unsynced();
    if (missing.empty()) {
      synced_ = true;
      return true;
    }
    if (clock_.monotonic() >= deadline) {
      for (const std::string& sentence : missing)
        base::log_error("cache not synced", {{"why", sentence}});
      return false;
    }
  } while (clock_.sleep_for(kSyncPollInterval, stop));
  return false;
}

std::vector<std::string> Manager::unsynced() const {
  std::vector<std::string> sentences;
  for (const auto& [gvk, kind] : cache_.kinds_) {
    if (kind.synced()) continue;
    const std::string problem = kind.problem();
    const std::string waiting =
        "waiting for the first list of " + gvk.api_version() + " " + gvk.kind;
    sentences.push_back(problem.empty() ? waiting : waiting + ": " + problem);
  }
  return sentences;
}

void Manager::stop_workers() {
  for (const auto& controller : controllers_) controller->request_stop();
  const auto started = clock_.monotonic();
  const auto stopped_by = [this](base::Clock::Monotonic deadline) {
    return std::all_of(
        controllers_.begin(), controllers_.end(),
        [deadline](const auto& controller) { return controller->await_stopped(deadline); });
  };
  for (;;) {
    // Another leads from the moment our lease expires, and must not find us still writing.
    const auto grace = lost_ ? std::chrono::nanoseconds(options_.leader_election->lease_duration -
                                                        options_.leader_election->renew_deadline)
                             : std::chrono::nanoseconds(options_.graceful_stop);
    const auto now = clock_.monotonic();
    if (stopped_by(std::min(now + kTickInterval, started + grace))) return;
    if (clock_.monotonic() >= started + grace) {
      const std::string why = "reconciles did not stop in time";
      options_.abandon ? options_.abandon(why) : abandon_process(why);
      return;
    }
  }
}

std::optional<std::string> Manager::not_ready() const {
  if (synced_) return std::nullopt;
  const std::vector<std::string> missing = unsynced();
  if (missing.empty()) return std::nullopt;
  return missing.front();
}

std::optional<std::string> Manager::not_alive() const {
  for (const auto& controller : controllers_) {
    if (std::optional<std::string> problem = controller->stuck()) return problem;
  }
  return std::nullopt;
}

}  // namespace argus::runtime
