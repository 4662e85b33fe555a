// The controller with an API server in memory and, in nft's place, a program that keeps what it is
// given.
#include "node_policies/policy_reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/metrics.h"
#include "fakes/eventually.h"
#include "fakes/fake_client.h"
#include "fakes/temporary_directory.h"
#include "node_policies/address.h"
#include "runtime/manager.h"

namespace argus::node {
namespace {

using fakes::eventually;
using fakes::FakeClient;
using kube::Json;
using testing::HasSubstr;

class PolicyReconcilerTest : public testing::Test {
 protected:
  PolicyReconcilerTest() {
    client_.put(Json::parse(R"({"apiVersion": "v1", "kind": "Namespace",
      "metadata": {"name": "data", "labels": {"kubernetes.io/metadata.name": "data"}}})"));
    put_pod("web-0", "10.244.0.5");
  }

  void put_pod(const std::string& name, const std::string& address) {
    Json pod = Json::parse(R"({"apiVersion": "v1", "kind": "Pod",
      "metadata": {"namespace": "data", "labels": {"app": "web"}},
      "spec": {"nodeName": "node", "containers": [{"name": "web"}]},
      "status": {"phase": "Running"}})");
    pod["metadata"]["name"] = name;
    pod["status"]["podIP"] = address;
    client_.put(pod);
  }
  void put_policy() {
    client_.put(Json::parse(R"({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
      "metadata": {"namespace": "data", "name": "deny"}, "spec": {"podSelector": {}}})"));
  }

  // What nft was given last, and how often it was called.
  [[nodiscard]] std::string loaded() const { return directory_.read("loaded"); }
  [[nodiscard]] std::size_t calls() const { return directory_.read("calls").size(); }

  // An agent from start to stop.
  struct Agent {
    explicit Agent(PolicyReconcilerTest& test)
        : manager(test.client_, base::system_clock(), metrics, {}),
          reconciler(manager.cache(), {.nft = test.program_,
                                       .pod_network = *parse_block("10.244.0.0/24"),
                                       .cni_results = test.results_}) {
      manager.add_controller(policy_controller_options(), reconciler);
      thread = std::jthread([this](std::stop_token stop) {
        EXPECT_EQ(manager.run(std::move(stop)), runtime::Manager::Ended::kStopped);
      });
    }
    base::Metrics metrics;
    runtime::Manager manager;
    PolicyReconciler reconciler;
    std::jthread thread;
  };

  FakeClient client_;
  const fakes::TemporaryDirectory directory_;
  const std::string results_ = directory_.path() + "/results";
  // Fails as long as the file `refuse` is there. What it is given is in place at once, or not.
  const std::string program_ = directory_.write_program(
      "nft",
      "cd " + directory_.path() +
          "\nprintf . >> calls\nif [ -e refuse ]; then echo 'no such table' >&2; exit 1; fi\n"
          "cp \"$2\" new && mv new loaded\n");
};

TEST_F(PolicyReconcilerTest, LoadsAtTheStartAndAtEveryChangeThatMatters) {
  Agent agent(*this);
  ASSERT_TRUE(eventually([&] { return loaded().find("set pods") != std::string::npos; }))
      << "an earlier run's rules are replaced even where there is no policy";
  put_policy();
  ASSERT_TRUE(eventually(
      [&] { return loaded().find("10.244.0.5 : goto ingress-pods-1") != std::string::npos; }));
  put_pod("web-1", "10.244.0.6");
  ASSERT_TRUE(eventually([&] { return loaded().find("10.244.0.6 : goto") != std::string::npos; }));
  client_.erase({"networking.k8s.io", "v1", "NetworkPolicy"}, {"data", "deny"});
  EXPECT_TRUE(eventually([&] { return loaded().find("goto") == std::string::npos; }));
}

TEST_F(PolicyReconcilerTest, DoesNotLoadTheSameTwice) {
  put_policy();
  Agent agent(*this);
  ASSERT_TRUE(eventually([&] { return loaded().find("goto") != std::string::npos; }));
  const std::size_t before = calls();
  // Another pod's change that no rule depends on, then one that shows that it was looked at.
  Json pod = *client_.peek({"", "v1", "Pod"}, {"data", "web-0"});
  pod["status"]["message"] = "still there";
  client_.put(pod);
  const auto reconciles = [&] { return agent.metrics.exposition(); };
  ASSERT_TRUE(eventually([&] {
    return reconciles().find("controller=\"networkpolicy\",result=\"success\"} " +
                             std::to_string(before + 1)) != std::string::npos;
  })) << reconciles();
  EXPECT_EQ(calls(), before);
}

TEST_F(PolicyReconcilerTest, TakesANewPodsAddressFromTheContainerRuntime) {
  put_policy();
  put_pod("web-1", "");
  const std::string uid = kube::uid_of(*client_.peek({"", "v1", "Pod"}, {"data", "web-1"}));
  Agent agent(*this);
  ASSERT_TRUE(
      eventually([&] { return loaded().find("ip daddr != @pods drop") != std::string::npos; }));
  Json attachment = Json::parse(R"({"cniArgs": [["K8S_POD_NAME", "web-1"]],
                                    "result": {"ips": [{"address": "10.244.0.6/24"}]}})");
  attachment["cniArgs"].push_back(Json::array({"K8S_POD_UID", uid}));
  directory_.write("results/pods-abc-eth0", attachment.dump());
  EXPECT_TRUE(eventually([&] {
    return loaded().find("10.244.0.6 : goto") != std::string::npos &&
           loaded().find("!= @pods drop") == std::string::npos;
  }));
}

TEST_F(PolicyReconcilerTest, TriesAgainWhatNftRefused) {
  put_policy();
  const std::string refuse = directory_.write("refuse", "");
  Agent agent(*this);
  ASSERT_TRUE(eventually([&] { return calls() >= 2; }));
  EXPECT_EQ(loaded(), "");
  std::filesystem::remove(refuse);
  EXPECT_TRUE(eventually([&] { return loaded().find("goto") != std::string::npos; }));
}

TEST_F(PolicyReconcilerTest, TheRulesStayWhenTheAgentStops) {
  put_policy();
  {
    Agent agent(*this);
    ASSERT_TRUE(eventually([&] { return loaded().find("goto") != std::string::npos; }));
  }
  EXPECT_THAT(loaded(), HasSubstr("goto"));
}

}  // namespace
}  // namespace argus::node
