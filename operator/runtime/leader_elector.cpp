#include "runtime/leader_elector.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/http/transport.h"
#include "base/log.h"
#include "runtime/deadline.h"

namespace argus::runtime {
namespace {

using std::chrono::milliseconds;

// client-go's: a follower waits up to this much longer than the retry period, so that followers do
// not move in step.
constexpr double kJitterFactor = 1.2;
// How long giving the lease back may take at exit.
constexpr std::chrono::seconds kReleaseTimeout{5};

const kube::Resource& leases() {
  static const kube::Resource kLeases{{"coordination.k8s.io", "v1", "Lease"}, "leases", true};
  return kLeases;
}

std::string string_at(const kube::Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number_at(const kube::Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace

LeaderElector::LeaderElector(kube::Client& client, base::Clock& clock, base::Metrics& metrics,
                             LeaderElectionOptions options)
    : client_(client),
      clock_(clock),
      options_(std::move(options)),
      master_status_(metrics.gauge(
          "leader_election_master_status",
          "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 "
          "indicates master. 'name' is the string used to identify the lease. Please make sure to "
          "group by name.",
          {{"name", options_.name}})),
      random_(std::random_device{}()) {
  const auto period = static_cast<double>(options_.retry_period.count()) * kJitterFactor;
  const bool ordered = options_.lease_duration > options_.renew_deadline &&
                       static_cast<double>(options_.renew_deadline.count()) > period && period > 0;
  if (!ordered) {
    throw std::invalid_argument(
        "leader election needs lease duration > renew deadline > 1.2 * retry period > 0");
  }
  if (options_.name.empty() || options_.ns.empty() || options_.identity.empty()) {
    throw std::invalid_argument(
        "leader election needs the Lease's namespace and name, and an identity");
  }
}

bool LeaderElector::acquire(std::stop_token stop) {
  std::uniform_real_distribution<double> jitter(1.0, 1.0 + kJitterFactor);
  while (!stop.stop_requested()) {
    const Deadline deadline(clock_, clock_.monotonic() + options_.renew_deadline, stop);
    if (attempt(deadline.token()) == Attempt::kLeading) {
      set_leading(true);
      return true;
    }
    const auto pause = static_cast<double>(options_.retry_period.count()) * jitter(random_);
    clock_.sleep_for(milliseconds(static_cast<std::int64_t>(pause)), stop);
  }
  return false;
}

LeaderElector::Ended LeaderElector::hold(std::stop_token stop) {
  while (clock_.sleep_for(options_.retry_period, stop)) {
    const auto give_up = renewed_at_ + options_.renew_deadline;
    const Deadline deadline(clock_, give_up, stop);
    const Attempt outcome = attempt(deadline.token());
    if (outcome == Attempt::kLeading) continue;
    if (stop.stop_requested()) break;
    if (outcome == Attempt::kOther || clock_.monotonic() >= give_up) {
      base::log_error("lost the leader lease", {{"lease", options_.ns + "/" + options_.name},
                                                {"identity", options_.identity},
                                                {"leader", leader()}});
      set_leading(false);
      return Ended::kLost;
    }
  }
  return Ended::kStopped;
}

void LeaderElector::release() {
  if (!leading_) return;
  set_leading(false);
  try {
    const Deadline deadline(clock_, clock_.monotonic() + kReleaseTimeout, {});
    std::optional<kube::Json> lease =
        client_.get(leases(), {options_.ns, options_.name}, deadline.token());
    if (!lease) return;
    Record record = read(*lease);
    if (record.holder != options_.identity) return;
    const std::string now = base::to_rfc3339_micro(clock_.wall());
    record = {.holder = "",
              .duration = std::chrono::seconds(1),
              .acquired = now,
              .renewed = now,
              .transitions = record.transitions};
    client_.update(leases(), write(std::move(*lease), record), options_.identity, "",
                   deadline.token());
    observe(record);
    base::log_info("released the leader lease", {{"lease", options_.ns + "/" + options_.name}});
  } catch (const std::exception& error) {
    base::log_warning("could not release the leader lease; it will expire",
                      {{"lease", options_.ns + "/" + options_.name}, {"error", error.what()}});
  }
}

LeaderElector::Attempt LeaderElector::attempt(std::stop_token stop) {
  try {
    if (renew_known(stop)) return Attempt::kLeading;
    return acquire_or_renew(stop);
  } catch (const std::exception& error) {
    if (!stop.stop_requested()) {
      base::log_warning("leader election request failed",
                        {{"lease", options_.ns + "/" + options_.name}, {"error", error.what()}});
    }
  } catch (...) {
    base::log_error("leader election failed", {{"lease", options_.ns + "/" + options_.name}});
  }
  return Attempt::kFailed;
}

// While nobody else writes the lease, what we wrote last is what there is: no need to read it
// first.
bool LeaderElector::renew_known(std::stop_token stop) {
  if (!leading_ || lease_.is_null()) return false;
  const Record record = claim(read(lease_));
  const kube::Json lease = write(std::exchange(lease_, kube::Json()), record);
  const auto asked_at = clock_.monotonic();
  try {
    lease_ = client_.update(leases(), lease, options_.identity, "", stop);
  } catch (const kube::ApiError&) {
    return false;  // somebody wrote it, or it is gone: read it
  }
  observe(record);
  renewed_at_ = asked_at;
  return true;
}

LeaderElector::Attempt LeaderElector::acquire_or_renew(std::stop_token stop) {
  const auto asked_at = clock_.monotonic();
  std::optional<kube::Json> lease = client_.get(leases(), {options_.ns, options_.name}, stop);
  std::optional<Record> current;
  if (lease) {
    current = read(*lease);
    {
      const base::MutexLock lock(mutex_);
      if (*current != observed_) observed_at_ = clock_.monotonic();
      observed_ = *current;
    }
    const bool expired = observed_at_ + current->duration <= clock_.monotonic();
    const bool ours = current->holder == options_.identity;
    if (!current->holder.empty() && !ours && !expired) return Attempt::kOther;
  }
  const Record record = claim(current);
  try {
    if (lease) {
      lease_ =
          client_.update(leases(), write(std::move(*lease), record), options_.identity, "", stop);
    } else {
      kube::Json fresh = kube::Json::object();
      fresh["metadata"]["name"] = options_.name;
      fresh["metadata"]["namespace"] = options_.ns;
      lease_ = client_.create(leases(), write(std::move(fresh), record), options_.identity, stop);
    }
  } catch (const kube::ApiError& error) {
    // Another replica was faster: who it is, the next attempt reads.
    if (error.is_conflict() || error.is_already_exists()) return Attempt::kFailed;
    throw;
  }
  observe(record);
  renewed_at_ = asked_at;
  return Attempt::kLeading;
}

LeaderElector::Record LeaderElector::claim(const std::optional<Record>& current) const {
  const std::string now = base::to_rfc3339_micro(clock_.wall());
  Record record;
  record.holder = options_.identity;
  record.duration = std::max(std::chrono::seconds(1),
                             std::chrono::ceil<std::chrono::seconds>(options_.lease_duration));
  record.renewed = now;
  const bool ours = current && current->holder == options_.identity;
  record.acquired = ours ? current->acquired : now;
  record.transitions = current ? current->transitions + (ours ? 0 : 1) : 0;
  return record;
}

LeaderElector::Record LeaderElector::read(const kube::Json& lease) {
  Record record;
  const auto spec = lease.find("spec");
  if (spec == lease.end() || !spec->is_object()) return record;
  record.holder = string_at(*spec, "holderIdentity");
  record.duration = std::chrono::seconds(number_at(*spec, "leaseDurationSeconds"));
  record.acquired = string_at(*spec, "acquireTime");
  record.renewed = string_at(*spec, "renewTime");
  record.transitions = number_at(*spec, "leaseTransitions");
  return record;
}

kube::Json LeaderElector::write(kube::Json lease, const Record& record) const {
  lease["apiVersion"] = "coordination.k8s.io/v1";
  lease["kind"] = "Lease";
  lease["metadata"].erase("managedFields");
  kube::Json& spec = lease["spec"];
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = record.duration.count();
  spec["acquireTime"] = record.acquired;
  spec["renewTime"] = record.renewed;
  spec["leaseTransitions"] = record.transitions;
  return lease;
}

void LeaderElector::observe(const Record& record) {
  observed_at_ = clock_.monotonic();
  const base::MutexLock lock(mutex_);
  observed_ = record;
}

void LeaderElector::set_leading(bool leading) {
  leading_ = leading;
  master_status_.set(leading ? 1 : 0);
  if (leading) {
    base::log_info("became leader",
                   {{"lease", options_.ns + "/" + options_.name}, {"identity", options_.identity}});
  }
}

std::string LeaderElector::leader() const {
  const base::MutexLock lock(mutex_);
  return observed_.holder;
}

}  // namespace argus::runtime
