// The client's contract against the API server in memory.
#include "client_contract.h"
#include "fakes/fake_client.h"

namespace argus::runtime {
namespace {

class FakeCluster final : public TestCluster {
 public:
  kube::Client& client() override { return client_; }
  std::string ns() override { return "contract"; }
  void define(const kube::Resource& resource) override { client_.define(resource); }
  void undefine(const kube::Resource& resource) override { client_.undefine(resource.gvk); }
  void forget_history() override { client_.compact(); }

 private:
  fakes::FakeClient client_;
};

std::unique_ptr<TestCluster> make() { return std::make_unique<FakeCluster>(); }

INSTANTIATE_TEST_SUITE_P(Fake, ClientContract, testing::Values(ClusterKind{"fake", make}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace argus::runtime
