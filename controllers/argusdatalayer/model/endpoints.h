// Where the parts of a data layer are reached, and with which credentials.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// "name.namespace.svc.cluster.local"
[[nodiscard]] std::string service_host(std::string_view service, const Facts& facts);
// "redpanda-0.redpanda.namespace.svc.cluster.local"
[[nodiscard]] std::string broker_host(int ordinal, const Facts& facts);

struct KafkaEndpoint {
  std::string bootstrap_servers;  // all brokers, so that one that is down stops nobody
  std::string_view security_protocol;
  std::string_view mechanism;
  SecretKey username, password;
};
[[nodiscard]] KafkaEndpoint kafka_endpoint(const Spec& spec, const Facts& facts);

struct StoreEndpoint {
  std::string host;
  int port = 0;
  std::optional<SecretKey> password;
};
// std::nullopt: the part is disabled.
[[nodiscard]] std::optional<StoreEndpoint> falkordb_endpoint(const Spec& spec, const Facts& facts);
[[nodiscard]] std::optional<StoreEndpoint> valkey_endpoint(const Spec& spec, const Facts& facts);

// Users of a Redpanda that we run.
inline constexpr std::string_view kRedpandaAdminUser = "admin";
inline constexpr std::string_view kRedpandaServiceUser = "argus-service";

}  // namespace argus::adl
