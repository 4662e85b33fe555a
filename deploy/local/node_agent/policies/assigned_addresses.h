// Which addresses the container runtime has given to pods already. The kubelet tells the API server
// a second or two after a pod has started; the runtime notes it before the first container starts.
// Source: github.com/containernetworking/cni, libcni/api.go (cachedInfo), which writes one file for
// each attachment to DIRECTORY/results.
//
// Threads: any. Failure: none; a file that cannot be read is being written or deleted, and is
// passed over.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "node_policies/address.h"

namespace argus::node {

// By UID of the pod.
using AssignedAddresses = std::map<std::string, Address>;

// Those in the pods' network: each pod is attached to its loopback too. An empty path: nothing is
// known.
[[nodiscard]] AssignedAddresses assigned_addresses(const std::filesystem::path& results,
                                                   Range pod_network);

}  // namespace argus::node
