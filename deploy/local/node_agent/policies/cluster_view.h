// START HERE: from the objects of the API to all that policies depend on. What follows is
// permissions_in() and nft_script().
//
// Threads: pure.
#pragma once

#include <vector>

#include "node_policies/assigned_addresses.h"
#include "node_policies/permissions.h"
#include "runtime/object_store.h"

namespace argus::node {

struct ClusterObjects {
  std::vector<kube::SharedObject> policies, pods, namespaces;
  AssignedAddresses assigned;
};

[[nodiscard]] ClusterView view_of(const ClusterObjects& objects);

}  // namespace argus::node
