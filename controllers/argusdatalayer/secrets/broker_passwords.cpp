#include "argusdatalayer/secrets/broker_passwords.h"

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/secrets/credentials.h"
#include "argusdatalayer/secrets/secret_data.h"
#include "kube_object/object.h"

namespace argus::adl {

std::string users_file(const Credentials& credentials) {
  const std::string mechanism(to_string(SaslMechanism::kScramSha512));
  return std::string(kRedpandaAdminUser) + ":" + credentials.redpanda_admin + ":" + mechanism +
         "\n" + std::string(kRedpandaServiceUser) + ":" + credentials.redpanda_service + ":" +
         mechanism + "\n";
}

std::string users_file(const Credentials& credentials, const FollowedSecrets& secrets,
                       const std::set<std::string>& unusable) {
  const std::string name(secret::kRedpandaSuperusers);
  if (unusable.count(name) > 0) return {};
  const auto found = secrets.find(name);
  if (found != secrets.end() && found->second.state == kube::FollowedObject::State::kPresent) {
    return secret_value(*found->second.object, "users.txt").value_or("");
  }
  const bool known = !credentials.redpanda_admin.empty() && !credentials.redpanda_service.empty();
  return known ? users_file(credentials) : "";
}

bool brokers_have(const Json& setup, const std::string& users_hash) {
  const auto hashes = annotated_secret_hashes(setup);
  const auto hash = hashes.find(std::string(secret::kRedpandaSuperusers));
  if (hash == hashes.end() || hash->second != users_hash) return false;
  const Json status = setup.value("status", Json::object());
  const int wanted = setup.at("spec").value("replicas", 1);
  return status.value("observedGeneration", std::int64_t{0}) >= kube::generation_of(setup) &&
         wanted > 0 && status.value("replicas", 0) == wanted &&
         status.value("updatedReplicas", 0) == wanted && status.value("readyReplicas", 0) == wanted;
}

std::string former_password(const std::string& wanted, const Json& credentials,
                            const std::string& salt) {
  const std::string live = secret_value(credentials, "sasl_password").value_or("");
  if (wanted.empty() || live.empty() || live == wanted) return {};
  const Json annotations = credentials.at("metadata").value("annotations", Json::object());
  const std::string written = annotations.value(std::string(kPasswordHashAnnotation), "");
  return written == material_hash(salt, live) ? live : "";
}

}  // namespace argus::adl
