#include "argusdatalayer/render/pod_template.h"

#include "argusdatalayer/model/content_hash.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/render/pod.h"

namespace argus::adl {

Json resource_requirements(const ContainerResources& resources) {
  Json result = Json::object();
  result["requests"]["cpu"] = resources.cpu_request.to_string();
  result["requests"]["memory"] = resources.memory_request.to_string();
  result["limits"]["cpu"] = resources.cpu_limit.to_string();
  result["limits"]["memory"] = resources.memory_limit.to_string();
  return result;
}

Json data_claim_template(const Storage& storage, const Json& selector) {
  Json claim = Json::object();
  claim["apiVersion"] = "v1";
  claim["kind"] = "PersistentVolumeClaim";
  claim["metadata"]["name"] = "data";
  claim["metadata"]["labels"] = selector;
  claim["spec"]["accessModes"] = Json::array({"ReadWriteOnce"});
  claim["spec"]["resources"]["requests"]["storage"] = storage.size.to_string();
  claim["spec"]["volumeMode"] = "Filesystem";
  if (storage.storage_class) claim["spec"]["storageClassName"] = *storage.storage_class;
  return claim;
}

Json claim_retention_policy(const Spec& spec) {
  Json policy = Json::object();
  policy["whenDeleted"] = spec.volumes == VolumeRetention::kDelete ? "Delete" : "Retain";
  policy["whenScaled"] = "Retain";
  return policy;
}

Json pod_annotations(const PodAnnotations& annotations, const Facts& facts) {
  Json result = Json::object();
  if (!annotations.configuration.empty()) {
    result[std::string(kConfigHashAnnotation)] = content_hash(annotations.configuration);
  }
  std::string secrets;
  for (const std::string_view name : annotations.secret_names) {
    const auto hash = facts.secret_hashes.find(std::string(name));
    if (hash == facts.secret_hashes.end()) continue;
    if (!secrets.empty()) secrets += ',';
    secrets += hash->first + '=' + hash->second;
  }
  if (!secrets.empty()) result[std::string(kSecretHashesAnnotation)] = secrets;
  return result;
}

void annotate_secret_salt(Json& workload, const Facts& facts) {
  if (facts.secret_salt.empty()) return;
  workload["metadata"]["annotations"][std::string(kSecretSaltAnnotation)] = facts.secret_salt;
}

Json pod_template(PodParts parts, const Spec& spec, const Facts& facts) {
  Json result = Json::object();
  result["metadata"]["labels"] = labels(parts.part_name, facts.name);
  result["metadata"]["annotations"] = pod_annotations(parts.annotations, facts);
  Json& pod_spec = result["spec"];
  // Nothing in these pods talks to the API server, and the variables that service links make
  // (FALKORDB_PORT=tcp://...) would stand in the way of ours.
  pod_spec["automountServiceAccountToken"] = false;
  pod_spec["enableServiceLinks"] = false;
  pod_spec["securityContext"] = std::move(parts.security_context);
  pod_spec["terminationGracePeriodSeconds"] = parts.termination_grace_seconds;
  pod_spec["topologySpreadConstraints"] = pod::spread(selector_labels(parts.part_name, facts.name));
  pod_spec["containers"] = std::move(parts.containers);
  pod_spec["volumes"] = std::move(parts.volumes);
  if (!spec.image_pull_secrets.empty()) {
    Json secrets = Json::array();
    for (const std::string& name : spec.image_pull_secrets) {
      Json reference = Json::object();
      reference["name"] = name;
      secrets.push_back(std::move(reference));
    }
    pod_spec["imagePullSecrets"] = std::move(secrets);
  }
  return result;
}

}  // namespace argus::adl
