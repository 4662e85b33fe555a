// Redpanda's passwords are replaced: clients keep theirs until redpanda-setup has found that the
// brokers have the new one. Without a kubelet, the test says what the setup's pod found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "data_layer_test.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;
using testing::Not;

class RotationTest : public DataLayerTest {
 protected:
  void SetUp() override {
    operator_ = start_operator();
    ASSERT_TRUE(operator_->ready()) << operator_->log();
    apply(sample("argus"));
    ASSERT_TRUE(settles()) << operator_->log();
    setup_says(kReady);
    ASSERT_TRUE(fakes::eventually([&] { return setup_is_ready(); }));
    clients_ = client_password();
    worker_ = hashes_of("cognee-worker");
  }

  [[nodiscard]] std::string hashes_of(const std::string& deployment) {
    return find("Deployment", deployment)
        ->at(Json::json_pointer("/spec/template/metadata/annotations"))
        .value(std::string(kSecretHashesAnnotation), "");
  }
  [[nodiscard]] Json client_password() {
    return find("Secret", "redpanda-credentials")->at("data").at("sasl_password");
  }
  [[nodiscard]] bool setup_is_ready() {
    return find("Deployment", "redpanda-setup")
               ->value("status", Json::object())
               .value("readyReplicas", 0) == 1;
  }
  void replace_users(const std::string& admin, const std::string& service) {
    const std::string before = hashes_of("redpanda-setup");
    put_secret("redpanda-superusers",
               {{"users.txt", "admin:" + admin + ":SCRAM-SHA-512\nargus-service:" + service +
                                  ":SCRAM-SHA-512\n"}});
    ASSERT_TRUE(fakes::eventually([&] { return hashes_of("redpanda-setup") != before; }))
        << operator_->log();
    ASSERT_TRUE(audit_->falls_silent(kSilence));
  }
  // The pod of the present template.
  [[nodiscard]] std::string setup_pod() {
    const Json pods = Json::parse(kubectl_.output(
        {"get", "pods", "-n", ns_, "-l", "app.kubernetes.io/name=redpanda-setup", "-o", "json"}));
    for (const Json& pod : pods.at("items")) {
      const Json annotations = pod.at("metadata").value("annotations", Json::object());
      if (annotations.value(std::string(kSecretHashesAnnotation), "") ==
          hashes_of("redpanda-setup")) {
        return pod.at("metadata").at("name");
      }
    }
    return {};
  }
  void setup_says(const std::string& status) {
    std::string pod;
    ASSERT_TRUE(fakes::eventually([&] { return !(pod = setup_pod()).empty(); }));
    client_->merge_patch(kind("Pod"), {ns_, pod}, Json::parse(status), "operator-test", "status",
                         {});
  }

  static constexpr const char* kReady =
      R"({"status": {"conditions": [{"type": "Ready", "status": "True"}]}})";
  static constexpr const char* kRefused = R"({"status": {"containerStatuses": [{
      "name": "redpanda-setup", "ready": false, "restartCount": 1, "image": "i", "imageID": "i",
      "lastState": {"terminated": {"exitCode": 4, "message": "refuses the login"}}}]}})";

  std::unique_ptr<OperatorProcess> operator_;
  Json clients_;
  std::string worker_;
};

TEST_F(RotationTest, ClientsFollowTheBrokers) {
  replace_users("admin-1", "service-1");
  EXPECT_EQ(client_password(), clients_);
  EXPECT_EQ(hashes_of("cognee-worker"), worker_);
  setup_says(kReady);
  EXPECT_TRUE(fakes::eventually([&] { return client_password() == "c2VydmljZS0x"; }))
      << operator_->log();
  EXPECT_TRUE(fakes::eventually([&] { return hashes_of("cognee-worker") != worker_; }));
}

TEST_F(RotationTest, ARefusedAdminIsSaidAndNobodyRolled) {
  const std::string users = find("Secret", "redpanda-superusers")->at("data").dump();
  const std::string brokers = find("StatefulSet", "redpanda")->at("spec").dump();
  replace_users("admin-1", "service-1");
  setup_says(kRefused);
  ASSERT_TRUE(fakes::eventually([&] { return reason("RedpandaReady") == "AdminPasswordRefused"; }))
      << status().dump();
  EXPECT_THAT(condition("RedpandaReady").at("message").get<std::string>(),
              testing::AllOf(HasSubstr("put the old one back"), Not(HasSubstr("admin-1"))));
  ASSERT_TRUE(audit_->falls_silent(kSilence));
  EXPECT_EQ(client_password(), clients_);
  EXPECT_EQ(hashes_of("cognee-worker"), worker_);
  patch("Secret", "redpanda-superusers", Json::parse(R"({"data": )" + users + "}"));
  EXPECT_TRUE(fakes::eventually([&] { return reason("RedpandaReady") != "AdminPasswordRefused"; }))
      << status().dump();
  setup_says(kReady);
  ASSERT_TRUE(fakes::eventually([&] { return setup_is_ready(); }));
  EXPECT_EQ(client_password(), clients_);
  EXPECT_EQ(hashes_of("cognee-worker"), worker_);
  EXPECT_EQ(find("StatefulSet", "redpanda")->at("spec").dump(), brokers);
}

}  // namespace
}  // namespace argus::adl
