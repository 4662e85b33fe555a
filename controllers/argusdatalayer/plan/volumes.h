// What becomes of a StatefulSet's volumes when the spec asks for another size or storage class.
// What exists decides, not what was asked for before: a claim that is bound can grow where its
// class allows it and never shrink, and one that no volume was found for can be made anew.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "kube_object/object.h"

namespace argus::adl {

struct StorageClass {
  bool exists = true;
  bool expands = false;  // allowVolumeExpansion
};
// By name; those that a claim names which is not as it should be.
using StorageClasses = std::map<std::string, StorageClass>;

struct Resize {
  kube::SharedObject claim;
  std::string size;
};

struct VolumePlan {
  Json manifest;  // the StatefulSet with the volumes that it can have
  std::vector<Resize> resize;
  std::vector<kube::SharedObject> discard;  // unbound, and of a size or class that is not wanted
  std::vector<std::string> problems;        // what cannot be had, why, and what to write instead
};

// `live`: the set as it is; nullptr when there is none. `claims`: of the namespace.
[[nodiscard]] VolumePlan plan_volumes(Json manifest, const kube::SharedObject& live,
                                      const std::vector<kube::SharedObject>& claims,
                                      const StorageClasses& classes);

// "data-redpanda-1", as the StatefulSet controller names it.
[[nodiscard]] std::string claim_name(const std::string& set_name, int ordinal);
[[nodiscard]] bool is_bound(const Json& claim);
// What the claim asks for: "40Gi". Empty when it says nothing.
[[nodiscard]] std::string claimed_size(const Json& claim);

}  // namespace argus::adl
