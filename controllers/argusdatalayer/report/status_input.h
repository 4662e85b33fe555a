// Everything that a status is made from: what was asked for, what was seen, and what writing met.
//
// Threads: a value. Ownership: what it refers to outlives the call that it is passed to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/plan/write_outcome.h"
#include "argusdatalayer/secrets/secret_uses.h"
#include "base/clock.h"
#include "kube_object/object.h"

namespace argus::adl {

struct StatusInput {
  const Json& layer;  // the ArgusDataLayer, with its present status
  const Spec& spec;
  const Facts& facts;
  const std::vector<Json>& wanted;
  // The live object of that kind and name, as new as it is known.
  std::function<kube::SharedObject(const kube::GroupVersionKind&, const std::string& name)> find;
  std::function<std::vector<kube::SharedObject>(std::string_view part_name)> pods;
  const std::vector<WriteOutcome>& outcomes;
  const std::vector<Waiting>& waiting;
  const std::vector<SecretIssue>& issues;
  // What the API server does not keep of what was applied, by "Kind name".
  std::map<std::string, std::vector<std::string>> refused = {};
  std::vector<Problem> problems = {};  // what cannot be had
  std::vector<kube::SharedObject> claims = {};
  StorageClasses classes = {};  // those of claims that are not as they should be
  // By StatefulSet: why the cluster refuses its pods.
  std::map<std::string, std::string> pod_refusals = {};
  base::Clock::Wall now;
};

}  // namespace argus::adl
