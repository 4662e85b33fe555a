// Makes one of several replicas the leader, by a Lease (coordination.k8s.io/v1).
//
// The algorithm is client-go's (tools/leaderelection): a lease is taken over when its record has
// not changed for its duration as measured by our own clock since we saw it change; the clocks of
// others do not matter. It tolerates a different speed of clocks up to lease_duration /
// renew_deadline.
//
// Threads: acquire(), hold() and release() belong to one thread; is_leader() and leader() to any.
// Failure: requests that fail are tried again; no exception leaves.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <random>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "kube/client.h"

namespace argus::runtime {

struct LeaderElectionOptions {
  std::string ns;        // of the Lease
  std::string name;      // of the Lease
  std::string identity;  // unique to the process: "<pod name>_<random>"
  // How long others wait for a leader that says nothing.
  std::chrono::milliseconds lease_duration{15'000};
  // How long the leader goes on while its renewals fail.
  std::chrono::milliseconds renew_deadline{10'000};
  // Between attempts; followers add up to 1.2 times as much at random.
  std::chrono::milliseconds retry_period{2'000};
};

class LeaderElector {
 public:
  enum class Ended { kStopped, kLost };

  // Throws std::invalid_argument unless lease_duration > renew_deadline > 1.2 * retry_period > 0.
  LeaderElector(kube::Client& client, base::Clock& clock, base::Metrics& metrics,
                LeaderElectionOptions options);

  // Blocks until we lead (true) or stop is requested (false).
  [[nodiscard]] bool acquire(std::stop_token stop);
  // Renews until stop is requested or the lease is lost: from then on another may lead.
  [[nodiscard]] Ended hold(std::stop_token stop);
  // Gives the lease back, so that the next leader need not wait for it to expire. Only once nothing
  // is written any more.
  void release();

  [[nodiscard]] bool is_leader() const { return leading_; }
  // The identity of the holder last seen; empty when unknown.
  [[nodiscard]] std::string leader() const;

 private:
  struct Record {
    std::string holder;
    std::chrono::seconds duration{0};
    std::string acquired;  // metav1.MicroTime
    std::string renewed;   // metav1.MicroTime
    std::int64_t transitions = 0;
    auto operator<=>(const Record&) const = default;
  };

  enum class Attempt { kLeading, kOther, kFailed };

  Attempt attempt(std::stop_token stop);
  bool renew_known(std::stop_token stop);
  Attempt acquire_or_renew(std::stop_token stop);
  [[nodiscard]] Record claim(const std::optional<Record>& current) const;
  static Record read(const kube::Json& lease);
  [[nodiscard]] kube::Json write(kube::Json lease, const Record& record) const;
  void observe(const Record& record);
  void set_leading(bool leading);

  kube::Client& client_;
  base::Clock& clock_;
  const LeaderElectionOptions options_;
  base::Gauge& master_status_;
  std::minstd_rand random_;
  std::atomic<bool> leading_ = false;
  base::Clock::Monotonic observed_at_{};  // when observed_ was first seen like this
  base::Clock::Monotonic renewed_at_{};   // when we last wrote the lease
  kube::Json lease_;                      // as we last wrote it; null: unknown

  mutable base::Mutex mutex_;
  Record observed_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
