#include "node_policies/render.h"

#include "node_policies/nft_script.h"

namespace argus::node {

ClusterView view_of(const std::vector<runtime::Object>& policies,
                    const std::vector<runtime::Object>& pods,
                    const std::vector<runtime::Object>& namespaces) {
  ClusterView view;
  for (const runtime::Object& policy : policies) view.policies.push_back(read_policy(*policy));
  std::vector<Pod> read;
  for (const runtime::Object& pod : pods) {
    if (auto one = read_pod(*pod)) read.push_back(std::move(*one));
  }
  view.pods = one_pod_an_address(std::move(read));
  for (const runtime::Object& ns : namespaces) {
    view.namespaces[kube::key_of(*ns).name] = labels_of(*ns);
  }
  return view;
}

std::string render(const std::vector<runtime::Object>& policies,
                   const std::vector<runtime::Object>& pods,
                   const std::vector<runtime::Object>& namespaces, Range pod_network) {
  return nft_script(permissions_in(view_of(policies, pods, namespaces)), pod_network);
}

}  // namespace argus::node
