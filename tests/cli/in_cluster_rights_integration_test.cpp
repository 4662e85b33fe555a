// argusctl --in-cluster with the rights of deploy/argusctl-rbac.yaml and no others, against a real
// API server. There is no kubelet: the test says for it that the pod runs, and attaching fails.
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>

#include "base/yaml_reader.h"
#include "cli/in_cluster/kubectl.h"
#include "cli_program.h"
#include "fakes/eventually.h"
#include "fakes/places.h"
#include "fakes/required_environment.h"
#include "worker/kafka/real_broker.h"

namespace argus::cli {
namespace {

using fakes::eventually;
using fakes::Program;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const char* const kUser = "argusctl-test";

const char* const kWorker = R"({"apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "cognee-worker"},
  "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}},
    "template": {"metadata": {"labels": {"a": "b"}},
      "spec": {"containers": [{"name": "cognee-worker", "image": "none"}]}}}})";

class InClusterRightsTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* const kubeconfig = std::getenv("ARGUS_TEST_KUBECONFIG");
    ARGUS_NEEDS(kubeconfig != nullptr, "set ARGUS_TEST_KUBECONFIG to test against a server");
    options_.kubectl = std::getenv("ARGUS_TEST_KUBECTL");
    options_.kubeconfig = kubeconfig;
    options_.ns = worker::kafka::unique_name("rights");
    as_admin({"create", "namespace", options_.ns});
    // What the pod must keep to, wherever the data layer is.
    as_admin({"label", "namespace", options_.ns, "pod-security.kubernetes.io/enforce=restricted"});
    as_admin({"create", "--filename=-"}, kWorker);
    std::ifstream file(kubeconfig);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    json config = base::parse_yaml(text).at(0);
    for (json& user : config["users"]) user["user"]["as"] = kUser;
    directory_.write("kubeconfig", config.dump());
    tree_.write("a.c", "int a;\n");
  }
  void TearDown() override {
    if (!options_.ns.empty() && !options_.kubeconfig.empty()) {
      as_admin({"delete", "namespace", options_.ns, "--wait=false"});
    }
  }

  std::string as_admin(std::vector<std::string> arguments, std::optional<std::string> input = {}) {
    return Kubectl(options_).output("a test's own call", std::move(arguments), {},
                                    std::move(input));
  }
  void give_rights() {
    as_admin({"create", "--filename=" + fakes::source_path("deploy/argusctl-rbac.yaml")});
    as_admin(
        {"create", "rolebinding", "argusctl", "--role=argusctl", std::string("--user=") + kUser});
  }
  [[nodiscard]] std::vector<std::string> command() const {
    return {kArgusctl,
            "ingest",
            tree_.path(),
            "--org=acme",
            "--project=shop",
            "--in-cluster",
            "--namespace=" + options_.ns,
            "--kubeconfig=" + directory_.path() + "/kubeconfig",
            "--kubectl=" + options_.kubectl};
  }
  json list(const std::string& kind) {
    return Kubectl(options_).objects("a test's own call", {"get", kind}, {}).at("items");
  }

  ClusterOptions options_;
  fakes::TemporaryDirectory directory_, tree_;
};

TEST_F(InClusterRightsTest, TheyAreEnoughFromTheJobToTheAttachment) {
  give_rights();
  Program program(command(), {});
  ASSERT_TRUE(eventually([&] { return !list("pods").empty(); })) << program.err();
  const std::string pod = list("pods")[0]["metadata"]["name"];
  as_admin({"patch", "pod", pod, "--subresource=status", "--type=merge",
            "--patch=" + json{{"status",
                               {{"phase", "Running"},
                                {"containerStatuses",
                                 {{{"name", "argusctl"},
                                   {"image", ""},
                                   {"imageID", ""},
                                   {"ready", true},
                                   {"restartCount", 0},
                                   {"state", {{"running", json::object()}}}}}}}}}
                             .dump()});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(program.err(), AllOf(HasSubstr("does not have a host assigned"),
                                   HasSubstr("The connection to the pod " + pod + " broke off"),
                                   Not(HasSubstr("orbidden"))));
  EXPECT_TRUE(eventually([&] { return list("jobs").empty(); }));
}

TEST_F(InClusterRightsTest, AnInterruptionDeletesTheJob) {
  give_rights();
  Program program(command(), {});
  ASSERT_TRUE(eventually([&] { return !list("pods").empty(); })) << program.err();
  program.send(SIGINT);
  EXPECT_EQ(program.wait(), 128 + SIGINT);
  EXPECT_THAT(program.err(), AllOf(HasSubstr("nothing was sent"), Not(HasSubstr("orbidden"))));
  EXPECT_TRUE(eventually([&] { return list("jobs").empty(); }));
}

TEST_F(InClusterRightsTest, APodThatTheQuotaRefusesIsSaid) {
  give_rights();
  as_admin({"create", "quota", "small", "--hard=pods=0"});
  Program program(command(), {});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(program.err(), AllOf(HasSubstr("The pod was refused"), HasSubstr("exceeded quota"),
                                   HasSubstr("spec.guardrails")));
  EXPECT_TRUE(eventually([&] { return list("jobs").empty(); }));
}

TEST_F(InClusterRightsTest, WithoutThemTheServersReasonIsSaid) {
  Program program(command(), {});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(program.err(), AllOf(HasSubstr("The data layer cannot be looked at"),
                                   HasSubstr("cannot get"), HasSubstr(kUser)));
}

}  // namespace
}  // namespace argus::cli
