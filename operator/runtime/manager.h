// Owns what a controller process runs: informers, controllers, leader election, events, health. It
// starts them in order, watches over them, and stops them in order.
//
//   runtime::Manager manager(client, clock, metrics, options);
//   adl::Reconciler reconciler(client, manager.cache(), manager.references("argusdatalayer"),
//                              manager.events());
//   manager.add_controller(adl::controller_options(), reconciler);
//   return manager.run(shutdown.token());
//
// Start: health server, informers (a follower's caches are warm when its turn comes), leadership,
// caches synced, workers. Stop: workers, events, the lease is given back, informers, health server.
//
// Threads: run() takes the caller's; the manager makes one thread for each informer, N for each
// controller, one for the election, one for events, and the health server's.
// Ownership: reconcilers, client, clock and metrics outlive the manager.
// Failure: run() says how it ended. Threads that do not stop within the grace period cannot be
// ended in a process that goes on: `abandon` is called, which ends the process.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/health_server.h"
#include "base/metrics.h"
#include "kube/client.h"
#include "runtime/cache.h"
#include "runtime/controller.h"
#include "runtime/event_broadcaster.h"
#include "runtime/leader_elector.h"
#include "runtime/references.h"
#include "runtime/served_kinds.h"
#include "runtime/shared_informers.h"

namespace argus::runtime {

struct ManagerOptions {
  // Watched namespaces; empty: all.
  std::vector<std::string> namespaces;
  // std::nullopt: this process leads without asking.
  std::optional<LeaderElectionOptions> leader_election;
  // std::nullopt: no health server (tests, one-shot commands).
  std::optional<base::HealthServerOptions> health;
  EventSource event_source;
  // How long the caches may take to sync before the process gives up.
  std::chrono::seconds cache_sync_timeout{120};
  // How long running reconciles have to end at a stop.
  std::chrono::seconds graceful_stop{30};
  // Applied to every object before it is cached, after managedFields were dropped.
  Trim trim;
  bool watch_list = true;
  // Ends a process whose threads do not; the default logs and calls std::_Exit(kAbandonedStatus).
  std::function<void(const std::string& why)> abandon;
};

class Manager {
 public:
  enum class Ended {
    kStopped,    // as asked
    kLostLease,  // another replica may lead now: the process must end
    kCachesNotSynced,
  };
  static constexpr int kAbandonedStatus = 5;
  // How often metrics about running work are brought up to date; client-go's.
  static constexpr std::chrono::milliseconds kTickInterval{500};
  // How often the caches are asked whether they are synced.
  static constexpr std::chrono::milliseconds kSyncPollInterval{50};
  // How long events that are still queued may take at a stop.
  static constexpr std::chrono::seconds kEventFlushTime{3};

  Manager(kube::Client& client, base::Clock& clock, base::Metrics& metrics, ManagerOptions options);
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  [[nodiscard]] const Cache& cache() const { return cache_; }
  [[nodiscard]] EventRecorder& events() { return events_; }
  // What the controller of that name follows by name.
  [[nodiscard]] References& references(const std::string& controller);

  // Before run(). Throws std::invalid_argument when two controllers watch one kind in different
  // ways.
  void add_controller(ControllerOptions options, Reconciler& reconciler);

  // Blocks until stop is requested or it cannot go on.
  [[nodiscard]] Ended run(std::stop_token stop);

  // What /readyz and /healthz ask: the sentence that says what is wrong, if something is.
  [[nodiscard]] std::optional<std::string> not_ready() const;
  [[nodiscard]] std::optional<std::string> not_alive() const;
  // The port of the health server while run() runs; 0 otherwise.
  [[nodiscard]] std::uint16_t health_port() const { return health_port_; }
  [[nodiscard]] bool is_leader() const { return leading_; }

 private:
  void watch_kind(Controller& controller, const WatchedKind& kind);
  void watch_definitions();
  void queue_all_primaries(Controller& controller);
  [[nodiscard]] std::vector<std::string> unsynced() const;
  bool await_caches(std::stop_token stop);
  Ended supervise(std::stop_token stop);
  void stop_workers();

  base::Clock& clock_;
  base::Metrics& metrics_;
  const ManagerOptions options_;
  EventBroadcaster events_;
  ServedKinds served_kinds_;
  SharedInformers informers_;
  Cache cache_;
  std::map<kube::GroupVersionKind, WatchedKind> declared_;
  std::map<std::string, std::unique_ptr<References>> references_;
  std::vector<std::unique_ptr<Controller>> controllers_;
  std::vector<std::unique_ptr<SharedInformers::Subscription>> more_subscriptions_;
  std::unique_ptr<SharedInformers::Subscription> definitions_;
  std::unique_ptr<LeaderElector> elector_;
  std::atomic<bool> leading_ = false;
  std::atomic<bool> lost_ = false;
  std::atomic<bool> synced_ = false;
  std::atomic<std::uint16_t> health_port_ = 0;
};

}  // namespace argus::runtime
