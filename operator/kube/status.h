// An answer that is not a success, as an ApiError.
// Source: metav1.Status, k8s.io/apimachinery/pkg/apis/meta/v1/types.go.
//
// Threads: pure.
#pragma once

#include "base/http/transport.h"
#include "kube/errors.h"
#include "kube_object/object.h"

namespace argus::kube {

// `attempt`, "GET /api/v1/pods", is named where the answer is not a metav1.Status (a proxy's page).
ApiError error_from(const base::HttpResponse& response, std::string_view attempt);
// The object of an ERROR event of a watch.
ApiError error_from_status(const Json& status);

}  // namespace argus::kube
