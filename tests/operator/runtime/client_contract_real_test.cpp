// The client's contract against a real kube-apiserver.
#include "client_contract.h"
#include "real_cluster.h"

namespace argus::runtime {
namespace {

std::unique_ptr<TestCluster> make() { return std::make_unique<RealCluster>(); }

INSTANTIATE_TEST_SUITE_P(Real, ClientContract, testing::Values(ClusterKind{"real", make}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace argus::runtime
