// What the pods of every component have in common: their template, resources, claims, and the
// annotations that roll them.
//
// Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

// requests and limits of a container.
[[nodiscard]] Json resource_requirements(const ContainerResources& resources);

// A claim template called "data".
[[nodiscard]] Json data_claim_template(const Storage& storage, const Json& selector);
// What becomes of a StatefulSet's claims, from spec.retention.
[[nodiscard]] Json claim_retention_policy(const Spec& spec);

// The annotations of a pod template: what rolls its pods.
struct PodAnnotations {
  std::string_view configuration;              // text that the pods read at start; may be empty
  std::vector<std::string_view> secret_names;  // Secrets that the pods read at start
};
[[nodiscard]] Json pod_annotations(const PodAnnotations& annotations, const Facts& facts);

// A workload says what its hashes of Secrets were made with.
void annotate_secret_salt(Json& workload, const Facts& facts);

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
