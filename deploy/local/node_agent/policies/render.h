// START HERE: from the objects of the API to the text that nft is given.
//
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "node_policies/permissions.h"
#include "runtime/object_store.h"

namespace argus::node {

[[nodiscard]] ClusterView view_of(const std::vector<runtime::Object>& policies,
                                  const std::vector<runtime::Object>& pods,
                                  const std::vector<runtime::Object>& namespaces);

[[nodiscard]] std::string render(const std::vector<runtime::Object>& policies,
                                 const std::vector<runtime::Object>& pods,
                                 const std::vector<runtime::Object>& namespaces, Range pod_network);

}  // namespace argus::node
