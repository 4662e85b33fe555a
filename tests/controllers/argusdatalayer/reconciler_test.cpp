// The reconciler in its runtime, on an API server in memory that fails when it is told to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/reconciler.h"
#include "argusdatalayer/secrets/secret_data.h"
#include "argusdatalayer/watches.h"
#include "base/http/transport.h"
#include "base/metrics.h"
#include "fakes/eventually.h"
#include "fakes/fake_client.h"
#include "fakes/fake_clock.h"
#include "kube_object/object.h"
#include "runtime/manager.h"

namespace argus::adl {
namespace {

using fakes::FakeRequest;
using testing::HasSubstr;
using namespace std::chrono_literals;

const kube::GroupVersionKind kService{"", "v1", "Service"};
const kube::GroupVersionKind kConfigMap{"", "v1", "ConfigMap"};
const kube::ObjectKey kLayer{"argus-data", "argus"};

class ReconcilerTest : public testing::Test {
 protected:
  fakes::FakeClient client_;
  base::FakeClock clock_;
  base::Metrics metrics_;
  std::unique_ptr<runtime::Manager> manager_;
  std::unique_ptr<Reconciler> reconciler_;
  std::jthread thread_;

  void SetUp() override {
    client_.define({gvk::kDataLayer, "argusdatalayers", true});
    put_layer(Json::object());
  }
  void TearDown() override { stop(); }

  void put_layer(const Json& spec) {
    Json layer = client_.peek(gvk::kDataLayer, kLayer).value_or(Json::object());
    layer["apiVersion"] = kApiVersion;
    layer["kind"] = kKind;
    layer["metadata"]["namespace"] = kLayer.ns;
    layer["metadata"]["name"] = kLayer.name;
    layer["spec"] = spec;
    client_.put(layer);
  }
  void start() {
    runtime::ManagerOptions options;
    options.event_source = {"argus-operator", "test"};
    options.trim = trim_cached;
    manager_ = std::make_unique<runtime::Manager>(client_, clock_, metrics_, options);
    reconciler_ = std::make_unique<Reconciler>(client_, manager_->cache(),
                                               manager_->references(kControllerName),
                                               manager_->events(), clock_, Installation{});
    manager_->add_controller(controller_options(manager_->cache()), *reconciler_);
    thread_ = std::jthread([this](std::stop_token stop) { (void)manager_->run(std::move(stop)); });
  }
  void stop() {
    thread_ = {};
    manager_.reset();
  }

  [[nodiscard]] bool comes(const std::function<bool()>& condition) {
    return fakes::eventually([&] {
      if (condition()) return true;
      clock_.advance(10ms);
      return false;
    });
  }
  [[nodiscard]] bool exists(const kube::GroupVersionKind& gvk, const std::string& name) const {
    return client_.peek(gvk, {kLayer.ns, name}).has_value();
  }
  [[nodiscard]] Json condition(const std::string& type) const {
    const Json layer = client_.peek(gvk::kDataLayer, kLayer).value_or(Json::object());
    const Json status = layer.value("status", Json::object());
    const Json conditions = status.value("conditions", Json::array());
    for (const Json& candidate : conditions) {
      if (candidate.at("type") == type) return candidate;
    }
    return Json::object();
  }
  [[nodiscard]] std::string reason(const std::string& type) const {
    return condition(type).value("reason", "");
  }
  void refuse(const kube::GroupVersionKind& gvk, const std::string& name,
              const kube::ApiError& error) {
    client_.intercept([=](const FakeRequest& request, std::stop_token) {
      if (request.is_write() && request.gvk == gvk && request.key.name == name) throw error;
    });
  }
};

TEST_F(ReconcilerTest, OneWriteThatFailsStopsNoOtherAndIsTriedAgain) {
  refuse(kConfigMap, "valkey-config", kube::ApiError(403, "Forbidden", "exceeded quota"));
  start();
  ASSERT_TRUE(comes([&] { return reason("ValkeyReady") == "ApplyFailed"; }));
  EXPECT_EQ(condition("ValkeyReady").at("message"), "ConfigMap valkey-config: exceeded quota");
  EXPECT_EQ(reason("FalkorDBReady"), "WaitingForPods");
  EXPECT_TRUE(exists(gvk::kStatefulSet, "falkordb"));
  EXPECT_TRUE(exists(gvk::kDeployment, "cognee-worker")) << "it comes after what failed";
  client_.intercept({});
  EXPECT_TRUE(comes([&] { return exists(kConfigMap, "valkey-config"); }));
  EXPECT_TRUE(comes([&] { return reason("ValkeyReady") == "WaitingForPods"; }));
}

TEST_F(ReconcilerTest, AConflictIsSaidAndOvercomeByTryingAgain) {
  std::atomic<int> attempts = 0;
  client_.intercept([&attempts](const FakeRequest& request, std::stop_token) {
    if (request.is_write() && request.gvk == kService && request.key.name == "valkey" &&
        ++attempts <= 2) {
      throw kube::ApiError(409, "Conflict", "the object has been modified");
    }
  });
  start();
  EXPECT_TRUE(comes([&] { return exists(kService, "valkey"); }));
  EXPECT_EQ(attempts, 3);
  EXPECT_TRUE(comes([&] { return reason("ValkeyReady") == "WaitingForPods"; }));
}

TEST_F(ReconcilerTest, WithoutItsPasswordKeptAServerIsNotStarted) {
  refuse(gvk::kSecret, "falkordb-auth", kube::ApiError(403, "Forbidden", "no Role"));
  start();
  ASSERT_TRUE(comes([&] { return exists(gvk::kDeployment, "valkey-exporter"); }));
  EXPECT_TRUE(exists(gvk::kStatefulSet, "redpanda"));
  EXPECT_FALSE(exists(gvk::kStatefulSet, "falkordb"));
  EXPECT_FALSE(exists(gvk::kDeployment, "falkordb-exporter")) << "nor who reads the password";
  client_.intercept({});
  EXPECT_TRUE(comes([&] { return exists(gvk::kStatefulSet, "falkordb"); }));
  EXPECT_TRUE(comes([&] { return exists(gvk::kDeployment, "cognee-worker"); }));
}

TEST_F(ReconcilerTest, APasswordIsMadeOnceWhateverHappens) {
  start();
  ASSERT_TRUE(comes([&] { return exists(gvk::kDeployment, "cognee-worker"); }));
  const Json made = client_.peek(gvk::kSecret, {kLayer.ns, "falkordb-auth"})->at("data");
  stop();
  start();
  Json spec = Json::object();
  spec["falkordb"]["appendFsync"] = "always";
  put_layer(spec);
  ASSERT_TRUE(comes([&] {
    const auto layer = client_.peek(gvk::kDataLayer, kLayer);
    return layer->value("status", Json::object()).value("observedGeneration", 0) ==
           kube::generation_of(*layer);
  }));
  EXPECT_EQ(client_.peek(gvk::kSecret, {kLayer.ns, "falkordb-auth"})->at("data"), made);
}

TEST_F(ReconcilerTest, AMissingPasswordOfAVolumeThatIsThereIsMadeAnewOnlyWhereAnyFits) {
  for (const char* name : {"data-redpanda-0", "data-falkordb-0"}) {
    Json claim = Json::object();
    claim["apiVersion"] = "v1";
    claim["kind"] = "PersistentVolumeClaim";
    claim["metadata"] = {{"namespace", kLayer.ns}, {"name", name}};
    client_.put(claim);
  }
  start();
  ASSERT_TRUE(comes([&] { return reason("SecretsReady") == "CredentialLost"; }));
  EXPECT_FALSE(exists(gvk::kSecret, "redpanda-superusers"));
  EXPECT_FALSE(exists(gvk::kStatefulSet, "redpanda"));
  EXPECT_TRUE(exists(gvk::kSecret, "falkordb-auth"));
  EXPECT_TRUE(exists(gvk::kStatefulSet, "falkordb")) << "it takes any password";
}

TEST_F(ReconcilerTest, APasswordThatCannotBeKeptRollsNobody) {
  start();
  ASSERT_TRUE(comes([&] { return exists(gvk::kDeployment, "cognee-worker"); }));
  const auto hashes = [&](const kube::GroupVersionKind& gvk, const std::string& name) {
    return client_.peek(gvk, {kLayer.ns, name})
        ->at("/spec/template/metadata/annotations"_json_pointer)
        .at(std::string(kSecretHashesAnnotation));
  };
  const Json store = hashes(gvk::kStatefulSet, "valkey");
  const Json worker = hashes(gvk::kDeployment, "cognee-worker");
  refuse(gvk::kSecret, "valkey-auth", kube::ApiError(403, "Forbidden", "no Role"));
  client_.erase(gvk::kSecret, {kLayer.ns, "valkey-auth"});
  ASSERT_TRUE(comes([&] { return reason("SecretsReady") == "ApplyFailed"; }));
  EXPECT_EQ(hashes(gvk::kStatefulSet, "valkey"), store);
  EXPECT_EQ(hashes(gvk::kDeployment, "cognee-worker"), worker);
  client_.intercept({});
  EXPECT_TRUE(comes([&] { return hashes(gvk::kStatefulSet, "valkey") != store; }));
  EXPECT_TRUE(exists(gvk::kSecret, "valkey-auth"));
}

TEST_F(ReconcilerTest, AResourceThatIsMadeAnewKeepsWhatItsPodsWereStartedWith) {
  start();
  ASSERT_TRUE(comes([&] { return exists(gvk::kDeployment, "cognee-worker"); }));
  const auto pods = [&](const kube::GroupVersionKind& gvk, const std::string& name) {
    return client_.peek(gvk, {kLayer.ns, name})->at("/spec/template"_json_pointer);
  };
  const Json store = pods(gvk::kStatefulSet, "falkordb");
  const Json worker = pods(gvk::kDeployment, "cognee-worker");
  const std::string uid = kube::uid_of(*client_.peek(gvk::kDataLayer, kLayer));
  stop();
  client_.erase(gvk::kDataLayer, kLayer);
  put_layer(Json::object());
  const std::string anew = kube::uid_of(*client_.peek(gvk::kDataLayer, kLayer));
  ASSERT_NE(anew, uid);
  start();
  ASSERT_TRUE(comes([&] {
    const auto owner =
        kube::controller_of(*client_.peek(gvk::kDeployment, {kLayer.ns, "cognee-worker"}));
    return owner && owner->uid == anew;
  }));
  EXPECT_EQ(pods(gvk::kStatefulSet, "falkordb"), store);
  EXPECT_EQ(pods(gvk::kDeployment, "cognee-worker"), worker);
}

TEST_F(ReconcilerTest, ANewerOperatorSkipsNoReleaseOfRedpanda) {
  const std::string before = "docker.redpanda.com/redpandadata/redpanda:v24.2.7";
  Json spec = Json::object();
  spec["redpanda"]["image"] = before;
  put_layer(spec);
  start();
  const auto image = [&] {
    const auto set = client_.peek(gvk::kStatefulSet, {kLayer.ns, "redpanda"});
    return set ? set->at("/spec/template/spec/containers/0/image"_json_pointer).get<std::string>()
               : std::string();
  };
  ASSERT_TRUE(comes([&] { return image() == before; }));
  const auto seen = [&] {
    const auto layer = client_.peek(gvk::kDataLayer, kLayer);
    return layer->value("status", Json::object()).value("observedGeneration", 0) ==
           kube::generation_of(*layer);
  };
  put_layer(Json::object());
  ASSERT_TRUE(comes(seen));
  EXPECT_EQ(image(), before);
  EXPECT_THAT(condition("RedpandaReady").at("message").get<std::string>(),
              HasSubstr("redpanda:v24.2.7 is older than v26.1.9"));
  // One that nobody can pull never ran: the default heals it.
  Json pod = Json::object();
  pod["apiVersion"] = "v1";
  pod["kind"] = "Pod";
  pod["metadata"] = {{"namespace", kLayer.ns}, {"name", "redpanda-0"}};
  pod["metadata"]["labels"] = labels("redpanda", kLayer.name);
  pod["status"]["containerStatuses"][0] = {
      {"name", "redpanda"}, {"state", {{"waiting", {{"reason", "ImagePullBackOff"}}}}}};
  client_.put(pod);
  EXPECT_TRUE(comes([&] { return image() == Images{}.redpanda; }));
}

// Redpanda's passwords are replaced: clients keep theirs until the brokers have the new one.
class RotationTest : public ReconcilerTest {
 protected:
  void SetUp() override {
    ReconcilerTest::SetUp();
    start();
    ASSERT_TRUE(comes([&] { return exists(gvk::kDeployment, "cognee-worker"); }));
    old_ = password();
    worker_ = template_of("cognee-worker");
    brokers_ = client_.peek(gvk::kStatefulSet, {kLayer.ns, "redpanda"})->at("spec");
    setup_is_ready();
  }

  [[nodiscard]] Json template_of(const std::string& deployment) const {
    return client_.peek(gvk::kDeployment, {kLayer.ns, deployment})
        ->at("/spec/template"_json_pointer);
  }
  [[nodiscard]] std::string password() const {
    const auto secret = client_.peek(gvk::kSecret, {kLayer.ns, "redpanda-credentials"});
    return secret_value(*secret, "sasl_password").value_or("");
  }
  void setup_status(int ready) {
    Json setup = *client_.peek(gvk::kDeployment, {kLayer.ns, "redpanda-setup"});
    setup["status"] = {{"observedGeneration", kube::generation_of(setup)},
                       {"replicas", 1},
                       {"updatedReplicas", 1},
                       {"readyReplicas", ready},
                       {"availableReplicas", ready}};
    client_.put(setup);
  }
  void setup_is_ready() { setup_status(1); }
  void replace_users(const std::string& admin, const std::string& service) {
    const Json before = template_of("redpanda-setup");
    Json secret = *client_.peek(gvk::kSecret, {kLayer.ns, "redpanda-superusers"});
    secret["data"]["users.txt"] = base64_encode(
        "admin:" + admin + ":SCRAM-SHA-512\nargus-service:" + service + ":SCRAM-SHA-512\n");
    client_.put(secret);
    ASSERT_TRUE(comes([&] { return template_of("redpanda-setup") != before; }));
  }
  void expect_nothing_rolled() {
    EXPECT_EQ(password(), old_);
    EXPECT_EQ(template_of("cognee-worker"), worker_);
    EXPECT_EQ(client_.peek(gvk::kStatefulSet, {kLayer.ns, "redpanda"})->at("spec"), brokers_);
  }

  std::string old_;
  Json worker_, brokers_;
};

TEST_F(RotationTest, ClientsFollowTheBrokers) {
  replace_users("admin-1", "service-1");
  expect_nothing_rolled();
  setup_status(0);
  EXPECT_TRUE(comes([&] { return reason("RedpandaReady") != "Running"; }));
  expect_nothing_rolled();
  setup_is_ready();
  EXPECT_TRUE(comes([&] { return password() == "service-1"; }));
  EXPECT_TRUE(comes([&] { return template_of("cognee-worker") != worker_; }));
  EXPECT_EQ(client_.peek(gvk::kStatefulSet, {kLayer.ns, "redpanda"})->at("spec"), brokers_);
}

TEST_F(RotationTest, ARefusedAdminIsSaidAndNobodyIsRolledUntilTheOldOneIsBack) {
  const Json users = client_.peek(gvk::kSecret, {kLayer.ns, "redpanda-superusers"})->at("data");
  replace_users("admin-1", "service-1");
  setup_status(0);
  Json pod = Json::object();
  pod["apiVersion"] = "v1";
  pod["kind"] = "Pod";
  pod["metadata"] = {{"namespace", kLayer.ns}, {"name", "redpanda-setup-1"}};
  pod["metadata"]["labels"] = labels("redpanda-setup", kLayer.name);
  pod["status"]["containerStatuses"][0] = {
      {"name", "redpanda-setup"},
      {"lastState", {{"terminated", {{"exitCode", 4}, {"message", "refuses the login"}}}}}};
  client_.put(pod);
  ASSERT_TRUE(comes([&] { return reason("RedpandaReady") == "AdminPasswordRefused"; }));
  const std::string message = condition("RedpandaReady").at("message");
  EXPECT_THAT(message, HasSubstr("put the old one back"));
  EXPECT_EQ(message.find("admin-1"), std::string::npos);
  expect_nothing_rolled();

  const Json before = template_of("redpanda-setup");
  Json secret = *client_.peek(gvk::kSecret, {kLayer.ns, "redpanda-superusers"});
  secret["data"] = users;
  client_.put(secret);
  ASSERT_TRUE(comes([&] { return template_of("redpanda-setup") != before; }));
  client_.erase(gvk::kPod, {kLayer.ns, "redpanda-setup-1"});
  setup_is_ready();
  EXPECT_TRUE(comes([&] { return reason("RedpandaReady") != "AdminPasswordRefused"; }));
  expect_nothing_rolled();
}

TEST_F(RotationTest, WhatSomebodyElseWroteIntoTheClientsSecretIsPutRight) {
  setup_status(0);  // whatever the setup says
  Json secret = *client_.peek(gvk::kSecret, {kLayer.ns, "redpanda-credentials"});
  secret["data"]["sasl_password"] = base64_encode("by hand");
  client_.put(secret);
  EXPECT_TRUE(comes([&] { return password() == old_; }));
}

TEST_F(ReconcilerTest, AnInvalidSpecIsSaidAndTouchesNothing) {
  Json spec = Json::object();
  spec["redpanda"]["replicas"] = 2;
  put_layer(spec);
  start();
  ASSERT_TRUE(comes([&] { return reason("Ready") == "InvalidSpec"; }));
  EXPECT_THAT(condition("Ready").at("message").get<std::string>(),
              HasSubstr("redpanda.replicas must be 1, or 3 and more"));
  EXPECT_EQ(client_.count([](const FakeRequest& request) {
    return request.is_write() && request.gvk != gvk::kDataLayer && request.gvk.kind != "Event";
  }),
            0U);
}

}  // namespace
}  // namespace argus::adl
