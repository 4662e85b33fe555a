// Makes the objects in a namespace be what its ArgusDataLayer asks for, and reports how they are.
//
// A reconcile is a flat list: gather (the cached objects, the Secrets by name, the kinds that are
// served), decide (render, make_plan), act (Applier), report (make_status, events). The decision is
// pure; see plan.h.
//
// Threads: reconcile() is called from any of the runtime's workers, never twice at once for one
// key. Ownership: everything passed by reference outlives the reconciler. Failure: what the API
// server refuses goes into conditions, and ends in ReconcileError, so that the runtime tries again
// with back-off. base::TransportError passes through.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "argusdatalayer/applied_memory.h"
#include "argusdatalayer/applier.h"
#include "argusdatalayer/facts.h"
#include "argusdatalayer/secret_uses.h"
#include "argusdatalayer/spec.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "kube/client.h"
#include "runtime/cache.h"
#include "runtime/event_recorder.h"
#include "runtime/reconciler.h"
#include "runtime/references.h"

namespace argus::adl {

// Some writes failed; the conditions and events say which.
class ReconcileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Reconciler final : public runtime::Reconciler {
 public:
  // A Secret that was never read yet normally arrives within milliseconds and queues the resource
  // again; should that word get lost, it is looked at again after this time.
  static constexpr std::chrono::seconds kSecretWait{5};

  Reconciler(kube::Client& client, const runtime::Cache& cache, runtime::References& references,
             runtime::EventRecorder& events, base::Clock& clock, Installation installation);

  runtime::Result reconcile(const runtime::Request& request, std::stop_token stop) override;

 private:
  struct Gathered;

  // Gather.
  [[nodiscard]] runtime::Object occupant(const Json& resource) const;
  FollowedSecrets read_followed(const runtime::Request& request, const Spec& spec);
  void confirm_absence(const std::string& ns, const Spec& spec, FollowedSecrets& secrets,
                       std::set<std::string>& initialised, std::stop_token stop);
  bool part_ran_before(const std::string& ns, const std::string& part_name, std::stop_token stop);
  void find_api_server(Facts& facts, const Spec& spec, std::stop_token stop);
  [[nodiscard]] runtime::Object find_live(const Gathered& gathered,
                                          const kube::GroupVersionKind& kind,
                                          const std::string& name) const;
  [[nodiscard]] std::vector<runtime::Object> owned(const Gathered& gathered) const;
  [[nodiscard]] std::vector<runtime::Object> pods(const Facts& facts,
                                                  std::string_view part_name) const;

  // Decide and act.
  void run(Gathered& gathered, std::stop_token stop);
  void generate(Gathered& gathered);

  // Report.
  void refuse(const Json& resource, const std::string& reason, const std::string& message,
              std::stop_token stop);
  void write_status(const Json& resource, Json status, std::stop_token stop);
  void tell(const Json& resource, const std::vector<Outcome>& outcomes);
  [[nodiscard]] runtime::Object newest(const runtime::Object& cached);
  void forget(const kube::ObjectKey& key);

  kube::Client& client_;
  const runtime::Cache& cache_;
  runtime::References& references_;
  runtime::EventRecorder& events_;
  base::Clock& clock_;
  const Installation installation_;
  AppliedMemory memory_;
  Applier applier_;

  // A resource whose status we wrote, until the cache has seen it.
  struct WrittenStatus {
    std::string uid;
    std::string before_version;
    runtime::Object answer;
  };
  base::Mutex mutex_;
  std::map<kube::ObjectKey, WrittenStatus> written_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::adl
