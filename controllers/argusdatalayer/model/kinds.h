// The kinds of objects that the operator makes and reads.
//
// Threads: pure functions and constants.
#pragma once

#include <string>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "kube_object/object.h"

namespace argus::adl {

// A kind of which the operator makes objects. `optional`: a cluster may lack its definition.
struct AppliedKind {
  kube::GroupVersionKind gvk;
  bool optional = false;
};
// Every kind but Secret, which is read by name only.
[[nodiscard]] const std::vector<AppliedKind>& applied_kinds();

namespace gvk {
inline const kube::GroupVersionKind kDataLayer{"argus.dev", "v1alpha1", "ArgusDataLayer"};
inline const kube::GroupVersionKind kSecret{"", "v1", "Secret"};
inline const kube::GroupVersionKind kPod{"", "v1", "Pod"};
inline const kube::GroupVersionKind kStatefulSet{"apps", "v1", "StatefulSet"};
inline const kube::GroupVersionKind kDeployment{"apps", "v1", "Deployment"};
inline const kube::GroupVersionKind kHpa{"autoscaling", "v2", "HorizontalPodAutoscaler"};
inline const kube::GroupVersionKind kScaledObject{"keda.sh", "v1alpha1", "ScaledObject"};
inline const kube::GroupVersionKind kTriggerAuthentication{"keda.sh", "v1alpha1",
                                                           "TriggerAuthentication"};
inline const kube::GroupVersionKind kFlinkDeployment{"flink.apache.org", "v1beta1",
                                                     "FlinkDeployment"};
inline const kube::GroupVersionKind kEndpointSlice{"discovery.k8s.io", "v1", "EndpointSlice"};
inline const kube::GroupVersionKind kPersistentVolumeClaim{"", "v1", "PersistentVolumeClaim"};
inline const kube::GroupVersionKind kStorageClass{"storage.k8s.io", "v1", "StorageClass"};
inline const kube::GroupVersionKind kEvent{"", "v1", "Event"};
}  // namespace gvk

// "StatefulSet redpanda"
[[nodiscard]] std::string describe(const Json& object);

}  // namespace argus::adl
