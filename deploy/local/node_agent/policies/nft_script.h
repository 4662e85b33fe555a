// The permissions as an nft script: a table of our own, replaced whole in one transaction.
//
// A packet from pod to pod meets two base chains, one for what its sender may do and one for what
// its receiver may get; to accept it in one does not spare it the other. What does not belong to a
// restricted pod passes untouched. Pods have no IPv6 here, and must not talk over link-local
// addresses behind the policies' back: it is not forwarded.
//
// Threads: pure. The same permissions give the same text.
#pragma once

#include <string>

#include "node_policies/permissions.h"

namespace argus::node {

// `pod_network`: where pods get their addresses from.
[[nodiscard]] std::string nft_script(const Permissions& permissions, Range pod_network);

}  // namespace argus::node
