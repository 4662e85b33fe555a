// How every object of a data layer begins: apiVersion, kind, name, namespace, labels and the owner
// whose deletion takes it along.
//
// Threads: pure functions.
#pragma once

#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// An object that goes when the resource goes.
[[nodiscard]] Json owned_object(std::string_view api_version, std::string_view kind,
                                std::string_view name, std::string_view part_name,
                                const Facts& facts);

// A generated credential: it fits a volume, and so it stays and goes with the volumes.
[[nodiscard]] Json credential_secret(std::string_view name, std::string_view part_name,
                                     const Spec& spec, const Facts& facts);
// Whether an object is one: it is created when it is missing, and never overwritten.
[[nodiscard]] bool is_credential(const Json& object);

// The owner reference to the resource; empty list when its UID is not known.
[[nodiscard]] Json owner_references(const Facts& facts);

// requests and limits of a container.
[[nodiscard]] Json resource_requirements(const Resources& resources);

// A claim template called "data".
[[nodiscard]] Json data_claim_template(const Storage& storage, const Json& selector);
// What becomes of a StatefulSet's claims, from spec.retention.
[[nodiscard]] Json claim_retention_policy(const Spec& spec);

// The annotations of a pod template: what rolls its pods, and what Prometheus scrapes.
struct PodAnnotations {
  std::string_view configuration;              // text that the pods read at start; may be empty
  std::vector<std::string_view> secret_names;  // Secrets that the pods read at start
  int metrics_port = 0;                        // 0: nothing to scrape
  std::string_view metrics_path = "/metrics";
};
[[nodiscard]] Json pod_annotations(const PodAnnotations& annotations, const Spec& spec,
                                   const Facts& facts);

// The pod template of a part: labels, annotations, security context, no token, no service links.
// `containers` and `volumes` are lists.
struct PodParts {
  std::string_view part_name;
  Json security_context;
  Json containers;
  Json volumes;
  PodAnnotations annotations;
  int termination_grace_seconds = 30;
};
[[nodiscard]] Json pod_template(PodParts parts, const Spec& spec, const Facts& facts);

}  // namespace argus::adl
