// Gathers what a reconcile decides from: the cached objects, the Secrets by name, the kinds that
// are served, and the few things that only the API server itself can answer.
//
// Reads only; what is gathered is a value that the pure rooms (render, plan, report) work on.
//
// Threads: every method may be called from any thread.
// Ownership: everything passed by reference outlives the gatherer.
// Failure: kube::ApiError and base::TransportError pass through.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/secrets/secret_uses.h"
#include "kube/client.h"
#include "kube_object/object.h"
#include "runtime/cache.h"
#include "runtime/reconciler.h"
#include "runtime/references.h"

namespace argus::adl {

// What one reconcile knows.
struct Gathered {
  kube::SharedObject layer;  // the ArgusDataLayer
  Spec spec;
  Facts facts;
  FollowedSecrets secrets;
  SecretReport secret_report;
  // Every live object that the layer owns, of every applied kind.
  std::vector<kube::SharedObject> owned;
  // Every live workload of ours in the namespace, owned or not: what it runs with outlives a
  // resource that is made anew.
  std::vector<kube::SharedObject> workloads;
};

class Gatherer {
 public:
  Gatherer(kube::Client& client, const runtime::Cache& cache, runtime::References& references,
           Installation installation);

  // The ArgusDataLayer that the namespace of `layer` belongs to, when it is another one: the
  // oldest.
  [[nodiscard]] kube::SharedObject occupant(const Json& layer) const;

  // The Secrets that the spec reads and those that we may have made, followed from now on.
  [[nodiscard]] FollowedSecrets follow_secrets(const runtime::Request& request, const Spec& spec);
  // Follows nothing for that layer any more.
  void follow_nothing(const runtime::Request& request);

  // Everything else. `secrets`: what follow_secrets() gave.
  [[nodiscard]] Gathered gather(kube::SharedObject layer, Spec spec, FollowedSecrets secrets,
                                std::stop_token stop);

  // The live object of that kind and name in the layer's namespace; nullptr when there is none.
  [[nodiscard]] kube::SharedObject find(const Gathered& gathered,
                                        const kube::GroupVersionKind& kind,
                                        const std::string& name) const;
  // The pods of a component.
  [[nodiscard]] std::vector<kube::SharedObject> pods(const Facts& facts,
                                                     std::string_view part_name) const;

 private:
  [[nodiscard]] Facts facts_of(const Json& layer, const Spec& spec, std::stop_token stop);
  [[nodiscard]] std::set<std::string> confirm_absence(const std::string& ns, const Spec& spec,
                                                      FollowedSecrets& secrets,
                                                      std::stop_token stop);
  [[nodiscard]] bool part_ran_before(const std::string& ns, const std::string& part_name,
                                     std::stop_token stop);
  void keep_release_of_brokers(Facts& facts) const;
  void find_api_server(Facts& facts, const Spec& spec, std::stop_token stop);
  [[nodiscard]] std::vector<kube::SharedObject> owned(const Facts& facts,
                                                      const FollowedSecrets& secrets) const;

  [[nodiscard]] std::vector<kube::SharedObject> workloads(const Facts& facts) const;

  kube::Client& client_;
  const runtime::Cache& cache_;
  runtime::References& references_;
  const Installation installation_;
};

}  // namespace argus::adl
