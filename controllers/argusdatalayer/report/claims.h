// What the claims of a StatefulSet say that its pods do not: one that is not bound and why, and
// ones that no pod uses any more.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/plan/volumes.h"
#include "kube_object/object.h"

namespace argus::adl {

// "claim data-valkey-0 is not bound: storage class fsat does not exist"; empty when every claim of
// the set is bound.
[[nodiscard]] std::string unbound_claims(std::string_view set_name,
                                         const std::vector<kube::SharedObject>& claims,
                                         const StorageClasses& classes);

// The names of the claims that replicas above `replicas` had, in order.
[[nodiscard]] std::vector<std::string> leftover_claims(
    std::string_view set_name, int replicas, const std::vector<kube::SharedObject>& claims);

}  // namespace argus::adl
