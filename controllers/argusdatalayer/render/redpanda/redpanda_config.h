// The files that a Redpanda broker starts from.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// redpanda.yaml (the node), bootstrap.yaml (the cluster, read on its first start) and start.sh.
// Source: https://docs.redpanda.com/current/reference/properties/broker-properties/
[[nodiscard]] std::map<std::string, std::string> redpanda_files(const Spec& spec,
                                                                const Facts& facts);

// The arguments of `rpk redpanda start`.
[[nodiscard]] std::vector<std::string> redpanda_arguments(const Spec& spec, const Facts& facts);

}  // namespace argus::adl
