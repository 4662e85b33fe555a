#include "argusdatalayer/model/kinds.h"

namespace argus::adl {

const std::vector<AppliedKind>& applied_kinds() {
  static const std::vector<AppliedKind> kinds = {
      {{"", "v1", "ResourceQuota"}},
      {{"", "v1", "LimitRange"}},
      {{"", "v1", "ConfigMap"}},
      {{"", "v1", "Service"}},
      {{"", "v1", "ServiceAccount"}},
      {{"rbac.authorization.k8s.io", "v1", "Role"}},
      {{"rbac.authorization.k8s.io", "v1", "RoleBinding"}},
      {{"networking.k8s.io", "v1", "NetworkPolicy"}},
      {{"policy", "v1", "PodDisruptionBudget"}},
      {gvk::kStatefulSet},
      {gvk::kDeployment},
      {gvk::kHpa},
      {gvk::kTriggerAuthentication, true},
      {gvk::kScaledObject, true},
      {gvk::kFlinkDeployment, true},
  };
  return kinds;
}

std::string describe(const Json& object) {
  return object.value("kind", "object") + " " + kube::key_of(object).name;
}

}  // namespace argus::adl
