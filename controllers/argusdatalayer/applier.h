// Carries out a plan: one write after the other, each for itself, so that one that fails stops no
// other.
//
// Threads: apply() may be called from many threads at once.
// Failure: what the API server refuses becomes an WriteOutcome with an error; base::TransportError
// (no answer at all, or asked to stop) is thrown, because nothing else would work either.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "argusdatalayer/applied_memory.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/plan/write_outcome.h"
#include "kube/client.h"
#include "kube_object/object.h"

namespace argus::adl {

struct ApplyResult {
  std::vector<WriteOutcome> outcomes;
  // What the server answered, by "Kind name": newer than any cache.
  std::map<std::string, Json> objects;
};

class Applier {
 public:
  // Owns spec.replicas between us and the autoscaler.
  static constexpr std::string_view kHandoverManager = "argus.dev/operator-handover";

  Applier(kube::Client& client, AppliedMemory& memory) : client_(client), memory_(memory) {}

  // `find` gives the live object that a write is about, for the memory; see World.
  ApplyResult apply(const Plan& plan, const World& world, const Facts& facts, std::stop_token stop);

 private:
  void carry_out(const Write& write, const World& world, const Facts& facts, std::stop_token stop,
                 ApplyResult& result);
  void refuse_if_taken(const Json& manifest, std::stop_token stop);
  void remove(const Json& live, kube::Propagation propagation, std::string resource_version,
              std::stop_token stop);
  Json apply_manifest(const Json& manifest, std::stop_token stop);
  void set_owners(const Json& live, Json owners, std::stop_token stop);
  void hand_over(const Write& write, std::stop_token stop);
  void give_replicas(const Json& live, std::stop_token stop);
  kube::Resource resource_of(const Json& object, std::stop_token stop);

  kube::Client& client_;
  AppliedMemory& memory_;
};

}  // namespace argus::adl
