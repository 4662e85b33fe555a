#include "argusdatalayer/secrets/broker_passwords.h"

#include <gtest/gtest.h>

#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/secrets/credentials.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl {
namespace {

const std::string kSalt = "salt";

Json setup_of(const std::string& hash) {
  Json setup = Json::parse(R"({
    "kind": "Deployment", "metadata": {"name": "redpanda-setup", "generation": 3},
    "spec": {"replicas": 1, "template": {"metadata": {"annotations": {}}}},
    "status": {"observedGeneration": 3, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}})");
  setup["spec"]["template"]["metadata"]["annotations"][std::string(kSecretHashesAnnotation)] =
      "redpanda-superusers=" + hash;
  return setup;
}

TEST(BrokersHaveTest, WhenTheSetupIsReadyInItsPresentForm) {
  EXPECT_TRUE(brokers_have(setup_of("1a"), "1a"));
  EXPECT_FALSE(brokers_have(setup_of("1b"), "1a")) << "it runs with the users of before";
  const std::pair<const char*, int> unfinished[] = {
      {"observedGeneration", 2}, {"readyReplicas", 0}, {"updatedReplicas", 0}, {"replicas", 2}};
  for (const auto& [field, value] : unfinished) {
    Json setup = setup_of("1a");
    setup["status"][field] = value;
    EXPECT_FALSE(brokers_have(setup, "1a")) << field;
  }
  Json fresh = setup_of("1a");
  fresh.erase("status");
  EXPECT_FALSE(brokers_have(fresh, "1a"));
  Json none = setup_of("1a");
  none["spec"]["replicas"] = 0;
  none["status"] = {{"observedGeneration", 3}};
  EXPECT_FALSE(brokers_have(none, "1a")) << "nobody looked";
}

Json credentials_with(const std::string& password, const std::string& written) {
  Json secret = Json::parse(R"({"kind": "Secret", "metadata": {"annotations": {}}})");
  secret["data"]["sasl_password"] = base64_encode(password);
  if (!written.empty()) {
    secret["metadata"]["annotations"][std::string(kPasswordHashAnnotation)] =
        material_hash(kSalt, written);
  }
  return secret;
}

TEST(FormerPasswordTest, IsTheOneThatTheOperatorWroteLast) {
  EXPECT_EQ(former_password("new", credentials_with("old", "old"), kSalt), "old");
  EXPECT_EQ(former_password("new", credentials_with("new", "new"), kSalt), "");
  EXPECT_EQ(former_password("new", credentials_with("by hand", "old"), kSalt), "");
  EXPECT_EQ(former_password("new", credentials_with("by hand", ""), kSalt), "");
  EXPECT_EQ(former_password("", credentials_with("old", "old"), kSalt), "") << "nothing is known";
  Json empty = credentials_with("old", "old");
  empty["data"] = Json::object();
  EXPECT_EQ(former_password("new", empty, kSalt), "");
}

TEST(UsersFileTest, IsWhatTheSecretHoldsOrWillHold) {
  Credentials credentials;
  EXPECT_EQ(users_file(credentials, {}, {}), "");
  credentials.redpanda_admin = "one";
  credentials.redpanda_service = "two";
  EXPECT_EQ(users_file(credentials, {}, {}),
            "admin:one:SCRAM-SHA-512\nargus-service:two:SCRAM-SHA-512\n");
  Json secret = Json::parse(R"({"kind": "Secret"})");
  secret["data"]["users.txt"] = base64_encode("admin:a:SCRAM-SHA-512\n");
  kube::FollowedObject followed;
  followed.state = kube::FollowedObject::State::kPresent;
  followed.object = std::make_shared<const Json>(secret);
  EXPECT_EQ(users_file(credentials, {{"redpanda-superusers", followed}}, {}),
            "admin:a:SCRAM-SHA-512\n");
  EXPECT_EQ(users_file(credentials, {{"redpanda-superusers", followed}}, {"redpanda-superusers"}),
            "")
      << "nobody may be started with it";
}

}  // namespace
}  // namespace argus::adl
