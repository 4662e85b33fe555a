// Makes the objects in a namespace be what its ArgusDataLayer asks for, and reports how they are.
//
// A reconcile is five steps: gather what is there (Gatherer), decide what should be (render) and
// what to write for it (make_plan), act (Applier), report (make_status, Events). The two in the
// middle are pure: rooms that see neither the Kubernetes client nor the runtime.
//
// Threads: reconcile() is called from any of the runtime's workers, never twice at once for one
// key. Ownership: everything passed by reference outlives the reconciler. Failure: what the API
// server refuses goes into conditions, and ends in ReconcileError, so that the runtime tries again
// with back-off. base::TransportError passes through.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "argusdatalayer/applied_memory.h"
#include "argusdatalayer/applier.h"
#include "argusdatalayer/gatherer.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/status_writer.h"
#include "base/clock.h"
#include "kube/client.h"
#include "kube_object/object.h"
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
  // A Secret that was never read yet normally arrives within milliseconds and queues the layer
  // again; should that word get lost, it is looked at again after this time.
  static constexpr std::chrono::seconds kSecretWait{5};
  // Why the pods of a set are refused stands in Events, which are not watched.
  static constexpr std::chrono::seconds kRefusedPodsLook{10};
  // Another's object of one of our names is not watched, either.
  static constexpr std::chrono::seconds kNameTakenLook{30};

  Reconciler(kube::Client& client, const runtime::Cache& cache, runtime::References& references,
             runtime::EventRecorder& events, base::Clock& clock, Installation installation);

  runtime::Result reconcile(const runtime::Request& request, std::stop_token stop) override;

 private:
  // Why nothing is done for a layer.
  struct Refusal {
    enum class Cause { kNamespaceOccupied, kInvalidSpec };
    Cause cause;
    std::string message;
  };
  struct Decision {
    std::vector<Json> wanted;  // what render() lists
    World world;               // refers to what was gathered
    Plan plan;
  };

  [[nodiscard]] std::optional<Refusal> refusal(const Json& layer) const;
  void refuse(const Json& layer, const Refusal& refusal, std::stop_token stop);
  runtime::Result reconcile_layer(const runtime::Request& request, const kube::SharedObject& layer,
                                  std::stop_token stop);
  [[nodiscard]] Decision decide(const Gathered& gathered) const;
  void report(const Gathered& gathered, const Decision& decision, const ApplyResult& applied,
              std::stop_token stop);
  void forget(const runtime::Request& request);

  const runtime::Cache& cache_;
  runtime::EventRecorder& events_;
  base::Clock& clock_;
  AppliedMemory memory_;
  Gatherer gatherer_;
  Applier applier_;
  StatusWriter status_;
};

}  // namespace argus::adl
