// Whether labels match a selector as it stands in a manifest.
// Source: metav1.LabelSelector, k8s.io/apimachinery/pkg/apis/meta/v1/types.go.
//
// Threads: pure. Failure: none; a requirement with an operator that does not exist, which the API
// server refuses, matches nothing.
#pragma once

#include <map>
#include <string>

#include "kube_object/object.h"

namespace argus::node {

using Labels = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] Labels labels_of(const kube::Json& object);

// An empty selector matches everything.
[[nodiscard]] bool selects(const kube::Json& selector, const Labels& labels);

}  // namespace argus::node
