// The exporter of a Redis server: a Deployment of its own, so that neither its image nor
// spec.monitoring restarts the store, and one that does not run takes no store out of its Service.
//
// Threads: pure functions.
#pragma once

#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

struct RedisExporter {
  std::string_view part_name;   // "valkey-exporter"
  std::string_view store_name;  // the part that it asks
  std::string_view auth_secret;
};
[[nodiscard]] Json redis_exporter_deployment(const RedisExporter& exporter, const Spec& spec,
                                             const Facts& facts);
[[nodiscard]] Json redis_exporter_service(const RedisExporter& exporter, const Spec& spec,
                                          const Facts& facts);
// Prometheus in, the store out.
[[nodiscard]] Json redis_exporter_network_policy(const RedisExporter& exporter, const Spec& spec,
                                                 const Facts& facts);

}  // namespace argus::adl
