#include "argusdatalayer/model/endpoints.h"

#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"

namespace argus::adl {

std::string service_host(std::string_view service, const Facts& facts) {
  return std::string(service) + "." + facts.ns + ".svc." + facts.installation.cluster_domain;
}

std::string broker_host(int ordinal, const Facts& facts) {
  return std::string(part::kRedpanda) + "-" + std::to_string(ordinal) + "." +
         service_host(part::kRedpanda, facts);
}

KafkaEndpoint kafka_endpoint(const Spec& spec, const Facts& facts) {
  KafkaEndpoint result;
  const auto add = [&](const std::string& server) {
    if (!result.bootstrap_servers.empty()) result.bootstrap_servers += ',';
    result.bootstrap_servers += server;
  };
  if (spec.redpanda.mode == Mode::kExternal) {
    const ExternalRedpanda& external = spec.redpanda.external;
    for (const HostPort& server : external.bootstrap_servers) add(server.to_string());
    result.security_protocol = to_string(external.security_protocol);
    result.mechanism = to_string(external.sasl_mechanism);
    result.username = {external.credentials_secret, external.username_key};
    result.password = {external.credentials_secret, external.password_key};
    return result;
  }
  for (int ordinal = 0; ordinal < spec.redpanda.replicas; ++ordinal) {
    add(broker_host(ordinal, facts) + ":" + std::to_string(port::kKafka));
  }
  result.security_protocol = to_string(SecurityProtocol::kSaslPlaintext);
  result.mechanism = to_string(SaslMechanism::kScramSha512);
  result.username = {std::string(secret::kRedpandaCredentials), "sasl_username"};
  result.password = {std::string(secret::kRedpandaCredentials), "sasl_password"};
  return result;
}

namespace {

std::optional<StoreEndpoint> store_endpoint(Mode mode, const ExternalStore& external,
                                            std::string_view part_name,
                                            std::string_view auth_secret, const Facts& facts) {
  switch (mode) {
    case Mode::kDisabled:
      return std::nullopt;
    case Mode::kExternal:
      return StoreEndpoint{external.host, external.port, external.password};
    case Mode::kManaged:
      break;
  }
  return StoreEndpoint{service_host(std::string(part_name) + "-headless", facts), port::kRedis,
                       SecretKey{std::string(auth_secret), "password"}};
}

}  // namespace

std::optional<StoreEndpoint> falkordb_endpoint(const Spec& spec, const Facts& facts) {
  return store_endpoint(spec.falkordb.mode, spec.falkordb.external, part::kFalkordb,
                        secret::kFalkordbAuth, facts);
}

std::optional<StoreEndpoint> valkey_endpoint(const Spec& spec, const Facts& facts) {
  return store_endpoint(spec.valkey.mode, spec.valkey.external, part::kValkey, secret::kValkeyAuth,
                        facts);
}

}  // namespace argus::adl
