// The operator with the rights of deploy/operator-rbac.yaml and no others.

#include <gmock/gmock.h>

#include "argusdatalayer/model/json.h"
#include "data_layer_test.h"
#include "fakes/places.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;
using testing::Not;

class AccessTest : public DataLayerTest {
 protected:
  void SetUp() override {
    install_optional_kinds();
    static_cast<void>(kubectl_.output(
        {"apply", "-f",
         directory_.write("namespace.yaml",
                          "{apiVersion: v1, kind: Namespace, metadata: {name: argus-system}}")}));
    static_cast<void>(
        kubectl_.output({"apply", "-f", fakes::source_path("deploy/operator-rbac.yaml")}));
  }

  // The administrator's kubeconfig, with the service account's token instead of the certificate.
  std::string kubeconfig_of_the_operator() {
    Json config = Json::parse(
        kubectl_.output({"config", "view", "--raw", "--minify", "--flatten", "-o", "json"}));
    std::string token =
        kubectl_.output({"create", "token", "argus-operator", "-n", "argus-system"});
    token.erase(token.find_last_not_of('\n') + 1);
    config["users"][0]["user"] = {{"token", token}};
    return directory_.write("operator.kubeconfig", config.dump());
  }
};

TEST_F(AccessTest, ItsRoleIsEnoughForEverything) {
  put_secret("argus-data-secrets", {{"anthropic-api-key", "a"},
                                    {"cohere-api-key", "b"},
                                    {"neo4j-uri", "neo4j+s://graph.example.com"},
                                    {"neo4j-username", "neo4j"},
                                    {"neo4j-password", "c"},
                                    {"database-url", "postgres://db.example.com/argus"}});
  put_secret("flink-r2-credentials", {{"AWS_ACCESS_KEY_ID", "d"}, {"AWS_SECRET_ACCESS_KEY", "e"}});
  OperatorProcess process(
      {.kubeconfig = kubeconfig_of_the_operator(),
       .ns = ns_,
       .arguments = {"--lease-namespace", "argus-system", "--lease-name", ns_}});
  ASSERT_TRUE(process.ready()) << process.log();
  const Json layer = sample("argus-full");
  apply(layer);
  ASSERT_TRUE(settles()) << process.log();
  EXPECT_EQ(inventory().size(), rendered(layer).size()) << process.log();
  EXPECT_EQ(condition("Degraded").value("status", ""), "False") << condition("Degraded").dump();
  EXPECT_EQ(reason("SecretsReady"), "Present") << condition("SecretsReady").dump();
  EXPECT_THAT(process.log(), Not(HasSubstr("orbidden")));
  EXPECT_FALSE(client_->list(kind("Event"), {.ns = ns_}, {}).items.empty());
  // What it may write it may also take away and repair.
  remove("StatefulSet", "valkey");
  EXPECT_TRUE(fakes::eventually([&] {
    const auto live = find("StatefulSet", "valkey");
    return live && !kube::is_being_deleted(*live);
  }));
  Json change = Json::object();
  change["spec"]["flink"]["enabled"] = false;
  patch("ArgusDataLayer", "argus", change);
  EXPECT_TRUE(fakes::eventually([&] { return !find("FlinkDeployment", "argus-flink"); }));
  EXPECT_EQ(process.stop(SIGTERM), 0) << process.log();
}

TEST_F(AccessTest, ASecretThatNoRoleNamesIsSaidWithTheRoleToMake) {
  put_secret("my-own-secret", {{"anthropic-api-key", "a"}});
  OperatorProcess process(
      {.kubeconfig = kubeconfig_of_the_operator(), .ns = ns_, .arguments = {"--no-leader-elect"}});
  ASSERT_TRUE(process.ready()) << process.log();
  Json spec = Json::object();
  spec["worker"]["llm"]["apiKeySecret"]["name"] = "my-own-secret";
  apply(resource(spec));
  ASSERT_TRUE(settles()) << process.log();
  EXPECT_EQ(reason("SecretsReady"), "SecretForbidden");
  EXPECT_THAT(condition("Degraded").at("message").get<std::string>(),
              HasSubstr("add a Role with resourceNames [my-own-secret]"));
  static_cast<void>(kubectl_.output({"create", "role", "reads", "-n", ns_, "--verb=get,list,watch",
                                     "--resource=secrets", "--resource-name=my-own-secret"}));
  static_cast<void>(kubectl_.output({"create", "rolebinding", "reads", "-n", ns_, "--role=reads",
                                     "--serviceaccount=argus-system:argus-operator"}));
  EXPECT_TRUE(fakes::eventually([&] { return reason("SecretsReady") == "Present"; },
                                std::chrono::seconds(90)))
      << process.log();
}

}  // namespace
}  // namespace argus::adl
