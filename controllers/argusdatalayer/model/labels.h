// The labels and annotations that the objects of a data layer carry.
//
// Threads: pure functions and constants.
#pragma once

#include <string>
#include <string_view>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

// Hash of the manifest that was applied last. A field that a later manifest no longer has shows
// only here: comparing what is wanted with what is there cannot see it.
inline constexpr std::string_view kAppliedHashAnnotation = "argus.dev/applied-hash";
// On pod templates: hash of the configuration that the pods read at start; a change rolls them.
inline constexpr std::string_view kConfigHashAnnotation = "argus.dev/config-hash";
// On pod templates: "name=hash" of each Secret that the pods read at start, separated by commas.
inline constexpr std::string_view kSecretHashesAnnotation = "argus.dev/secret-hashes";
// On the Secret redpanda-credentials: hash of the password that the operator wrote into it.
inline constexpr std::string_view kPasswordHashAnnotation = "argus.dev/password-hash";
// On workloads: the salt of these hashes. It is the uid of the resource that made the first of
// them, and stays when the resource is made anew, so that equal Secrets keep equal hashes.
inline constexpr std::string_view kSecretSaltAnnotation = "argus.dev/secret-salt";
// On generated credentials that outlive the resource: which resource they were made for.
inline constexpr std::string_view kRetainedForLabel = "argus.dev/retained-for";

namespace label {
inline constexpr std::string_view kName = "app.kubernetes.io/name";
inline constexpr std::string_view kInstance = "app.kubernetes.io/instance";
inline constexpr std::string_view kComponent = "app.kubernetes.io/component";
inline constexpr std::string_view kPartOf = "app.kubernetes.io/part-of";
inline constexpr std::string_view kManagedByKey = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kNamespaceName = "kubernetes.io/metadata.name";
}  // namespace label

// A name as a label value: names may have 253 characters, label values 63. A longer name is cut and
// made unique by its hash.
std::string label_value(std::string_view name);

// Labels of an object of `part_name` in the data layer called `instance`. The version is left out
// on purpose: it changes, and what changes must select nothing.
Json labels(std::string_view part_name, std::string_view instance);
// The labels that select the pods of a part: immutable for the life of the data layer.
Json selector_labels(std::string_view part_name, std::string_view instance);

}  // namespace argus::adl
