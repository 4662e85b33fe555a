// What an ArgusDataLayer's .status says: conditions, components, endpoints, totals, inventory.
//
// Source of the conditions' form: metav1.Condition; lastTransitionTime moves only when the status
// of a condition changes.
//
// Threads: pure functions.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "argusdatalayer/applier.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/secrets/secret_uses.h"
#include "argusdatalayer/model/spec.h"
#include "base/clock.h"

namespace argus::adl {

// Everything that a status is made from.
struct StatusInput {
  const Json& resource;  // with its present status
  const Spec& spec;
  const Facts& facts;
  const std::vector<Json>& wanted;
  // The live object of that kind and name, as new as it is known.
  std::function<runtime::Object(const kube::GroupVersionKind&, const std::string& name)> find;
  std::function<std::vector<runtime::Object>(std::string_view part_name)> pods;
  const std::vector<Outcome>& outcomes;
  const std::vector<Waiting>& waiting;
  const std::vector<SecretIssue>& issues;
  // What the API server does not keep of what was applied, by "Kind name".
  std::map<std::string, std::vector<std::string>> refused = {};
  base::Clock::Wall now;
};
[[nodiscard]] Json make_status(const StatusInput& input);

// The status of a resource of which nothing is applied: its spec is invalid, or the namespace
// belongs to another one.
[[nodiscard]] Json refused_status(const Json& resource, const std::string& reason,
                                  const std::string& message, base::Clock::Wall now);

// Whether two statuses say the same, whatever the order of their lists.
[[nodiscard]] bool same_status(Json one, Json other);

// "True", "False", "Unknown"; empty when the status has no such condition.
[[nodiscard]] std::string condition_status(const Json& status, std::string_view type);

}  // namespace argus::adl
