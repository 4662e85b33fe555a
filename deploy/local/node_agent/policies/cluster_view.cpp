#include "node_policies/cluster_view.h"

namespace argus::node {

ClusterView view_of(const ClusterObjects& objects) {
  ClusterView view;
  for (const kube::SharedObject& policy : objects.policies) {
    view.policies.push_back(read_policy(*policy));
  }
  std::vector<Pod> pods;
  for (const kube::SharedObject& object : objects.pods) {
    std::optional<Pod> pod = read_pod(*object);
    if (!pod) continue;
    const auto assigned = objects.assigned.find(kube::uid_of(*object));
    if (!pod->address && assigned != objects.assigned.end()) pod->address = assigned->second;
    pods.push_back(std::move(*pod));
  }
  view.pods = one_pod_an_address(pods);
  for (const kube::SharedObject& ns : objects.namespaces) {
    view.namespaces[kube::key_of(*ns).name] = labels_of(*ns);
  }
  return view;
}

}  // namespace argus::node
