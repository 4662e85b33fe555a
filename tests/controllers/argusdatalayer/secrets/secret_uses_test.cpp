#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <utility>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/secrets/credentials.h"
#include "argusdatalayer/secrets/secret_uses.h"
#include "base/base64.h"
#include "kube_object/followed_object.h"

namespace argus::adl {
namespace {

using Kind = SecretIssue::Kind;
using State = kube::FollowedObject::State;
using testing::HasSubstr;
using testing::IsEmpty;

kube::FollowedObject holding(const std::map<std::string, std::string>& values) {
  Json secret = Json::object();
  secret["kind"] = "Secret";
  secret["data"] = Json::object();
  for (const auto& [key, value] : values) secret["data"][key] = base::base64_encode(value);
  kube::FollowedObject followed;
  followed.state = State::kPresent;
  followed.object = std::make_shared<const Json>(std::move(secret));
  return followed;
}

kube::FollowedObject in_state(State state) {
  kube::FollowedObject followed;
  followed.state = state;
  return followed;
}

class SecretUsesTest : public testing::Test {
 protected:
  Spec spec_ = parse_spec(Json::object());
  FollowedSecrets secrets_ = {
      {"redpanda-superusers",
       holding({{"users.txt", "admin:one:SCRAM-SHA-512\nargus-service:two:SCRAM-SHA-512\n"}})},
      {"falkordb-auth", holding({{"password", "three"}})},
      {"valkey-auth", holding({{"password", "four"}})}};

  void ask_for_an_api_key() {
    spec_.worker.llm = Llm{"anthropic", "model", {"argus-data-secrets", "key"}};
  }
  [[nodiscard]] SecretReport read(const std::set<std::string>& initialised = {}) const {
    return read_secrets(spec_, secrets_, initialised);
  }
  [[nodiscard]] std::map<std::string, std::string> hashes(
      const std::map<std::string, std::string>& previous = {}) const {
    const SecretReport report = read();
    return secret_hashes(spec_, report.credentials, secrets_, report.unusable, previous, "salt");
  }
};

TEST_F(SecretUsesTest, PasswordsAreReadFromTheirSecrets) {
  const SecretReport report = read();
  EXPECT_THAT(report.issues, IsEmpty());
  EXPECT_THAT(report.to_generate, IsEmpty());
  EXPECT_EQ(report.credentials.redpanda_admin, "one");
  EXPECT_EQ(report.credentials.redpanda_service, "two");
  EXPECT_EQ(report.credentials.falkordb, "three");
  EXPECT_EQ(report.credentials.valkey, "four");
}

TEST_F(SecretUsesTest, ANewPartGetsAPasswordAndAnOldOneWhereAnyFits) {
  for (const char* name : {"falkordb-auth", "valkey-auth"}) {
    const auto kept = std::exchange(secrets_[name], in_state(State::kAbsent));
    EXPECT_THAT(read().to_generate, testing::ElementsAre(name));
    EXPECT_THAT(read({name}).to_generate, testing::ElementsAre(name));
    EXPECT_THAT(read({name}).issues, IsEmpty());
    secrets_[name] = kept;
  }
  secrets_["redpanda-superusers"] = in_state(State::kAbsent);
  EXPECT_THAT(read().to_generate, testing::ElementsAre("redpanda-superusers"));
  const SecretReport lost = read({"redpanda-superusers"});
  EXPECT_THAT(lost.to_generate, IsEmpty());
  ASSERT_EQ(lost.issues.size(), 1U);
  EXPECT_EQ(lost.issues[0].kind, Kind::kLost);
}

TEST_F(SecretUsesTest, APasswordThatEndsWithALineBreakIsRefusedAndItsHashStays) {
  const auto before = hashes();
  secrets_["valkey-auth"] = holding({{"password", "from-a-file\n"}});
  const SecretReport report = read();
  ASSERT_EQ(report.issues.size(), 1U);
  EXPECT_EQ(report.issues[0].kind, Kind::kMalformed);
  EXPECT_EQ(report.issues[0].message,
            "password in Secret valkey-auth ends with a line break: write it without (printf, not "
            "echo)");
  EXPECT_EQ(report.credentials.valkey, "");
  EXPECT_THAT(report.unusable, testing::ElementsAre("valkey-auth"));
  EXPECT_EQ(hashes(before), before);
  EXPECT_EQ(hashes().count("valkey-auth"), 0U) << "nothing is started with it";
  secrets_["valkey-auth"] = holding({{"password", "from-a-file"}});
  EXPECT_THAT(read().issues, IsEmpty());
  EXPECT_NE(hashes(before).at("valkey-auth"), before.at("valkey-auth"));
}

TEST_F(SecretUsesTest, WhatIsProvidedIsJudgedOnceAndSoIsWhatIsElsewhere) {
  spec_.secrets.credentials = Credential::kProvided;
  spec_.falkordb.mode = Mode::kExternal;
  spec_.falkordb.external.password = SecretKey{"graph", "pw"};
  ask_for_an_api_key();
  secrets_["graph"] = holding({{"pw", "x\r\n"}});
  secrets_["argus-data-secrets"] = holding({{"key", "a\tb"}});
  secrets_["valkey-auth"] = holding({{"password", ""}});
  const SecretReport report = read();
  std::vector<std::string> messages;
  for (const SecretIssue& issue : report.issues) {
    EXPECT_EQ(issue.kind, Kind::kMalformed);
    messages.push_back(issue.message);
  }
  EXPECT_THAT(messages,
              testing::UnorderedElementsAre(
                  HasSubstr("pw in Secret graph ends with a line break"),
                  HasSubstr("key in Secret argus-data-secrets has a line break, a tab or"),
                  "password in Secret valkey-auth is empty: write it"));
  EXPECT_THAT(report.unusable, testing::ElementsAre("argus-data-secrets", "graph", "valkey-auth"));
}

TEST_F(SecretUsesTest, UsersWithWindowsLineEndsAreRefused) {
  secrets_["redpanda-superusers"] =
      holding({{"users.txt", "admin:one:SCRAM-SHA-512\r\nargus-service:two:SCRAM-SHA-512\r\n"}});
  const SecretReport report = read();
  ASSERT_EQ(report.issues.size(), 1U);
  EXPECT_THAT(report.issues[0].message, HasSubstr("users.txt in Secret redpanda-superusers has "
                                                  "Windows' line ends (CRLF)"));
  EXPECT_EQ(report.credentials.redpanda_admin, "");
  EXPECT_EQ(report.credentials.redpanda_service, "");
}

TEST_F(SecretUsesTest, AKeyThatIsMissingSaysWhatToDo) {
  secrets_["valkey-auth"] = holding({{"Password", "x"}});
  EXPECT_EQ(
      read().issues.at(0).message,
      "Secret valkey-auth has no key password: delete the Secret, and a new password is made");
  spec_.secrets.credentials = Credential::kProvided;
  ASSERT_EQ(read().issues.size(), 1U);
  EXPECT_EQ(read().issues[0].message,
            "Secret valkey-auth has no key password: add it (spec.secrets.credentials)");
}

TEST_F(SecretUsesTest, TheSaltComesBackFromTheWorkload) {
  Json workload = Json::object();
  EXPECT_EQ(annotated_secret_salt(workload), "");
  workload["metadata"]["annotations"][std::string(kSecretSaltAnnotation)] = "uid";
  EXPECT_EQ(annotated_secret_salt(workload), "uid");
}

TEST_F(SecretUsesTest, WhatCannotBeReadIsNeverMade) {
  for (const State state : {State::kUnknown, State::kForbidden}) {
    secrets_["falkordb-auth"] = in_state(state);
    EXPECT_THAT(read().to_generate, IsEmpty());
    EXPECT_EQ(read().issues.size(), 1U);
  }
}

TEST_F(SecretUsesTest, AMissingSecretIsSaidWithItsKeysAndFields) {
  ask_for_an_api_key();
  secrets_["argus-data-secrets"] = in_state(State::kAbsent);
  ASSERT_EQ(read().issues.size(), 1U);
  EXPECT_EQ(read().issues[0].message,
            "Secret argus-data-secrets is missing: create it with key key "
            "(spec.worker.llm.apiKeySecret)");
  secrets_["argus-data-secrets"] = holding({{"another", "x"}});
  EXPECT_EQ(read().issues[0].kind, Kind::kMalformed);
  EXPECT_THAT(read().issues[0].message, HasSubstr("has no key key"));
}

TEST_F(SecretUsesTest, UsersInTheWrongFormAreMalformed) {
  for (const char* users : {"argus-service:two:SCRAM-SHA-512\nadmin:one:SCRAM-SHA-512\n",
                            "admin:one:SCRAM-SHA-512\n", "nonsense"}) {
    secrets_["redpanda-superusers"] = holding({{"users.txt", users}});
    ASSERT_EQ(read().issues.size(), 1U) << users;
    EXPECT_EQ(read().issues[0].kind, Kind::kMalformed);
    EXPECT_THAT(read().issues[0].message, testing::Not(HasSubstr("one"))) << "no password";
  }
}

TEST_F(SecretUsesTest, OnlyTheKeysThatAreReadChangeAHash) {
  ask_for_an_api_key();
  secrets_["argus-data-secrets"] = holding({{"key", "1"}, {"other", "1"}});
  const auto before = hashes();
  secrets_["argus-data-secrets"] = holding({{"key", "1"}, {"other", "2"}});
  EXPECT_EQ(hashes(), before);
  secrets_["argus-data-secrets"] = holding({{"key", "2"}, {"other", "2"}});
  const auto after = hashes();
  EXPECT_NE(after.at("argus-data-secrets"), before.at("argus-data-secrets"));
  EXPECT_EQ(after.at("falkordb-auth"), before.at("falkordb-auth"));
}

TEST_F(SecretUsesTest, ASecretThatCannotBeReadRollsNothing) {
  ask_for_an_api_key();
  secrets_["argus-data-secrets"] = in_state(State::kForbidden);
  EXPECT_EQ(hashes({{"argus-data-secrets", "before"}}).at("argus-data-secrets"), "before");
}

TEST_F(SecretUsesTest, HashesComeBackFromTheAnnotation) {
  Json workload = Json::object();
  workload["spec"]["template"]["metadata"]["annotations"][std::string(kSecretHashesAnnotation)] =
      "a=1,b=2";
  EXPECT_EQ(annotated_secret_hashes(workload),
            (std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}}));
  EXPECT_THAT(annotated_secret_hashes(Json::object()), IsEmpty());
}

TEST(CredentialsTest, APasswordIsLongRandomAndNeedsNoQuoting) {
  const std::string one = generate_password();
  EXPECT_EQ(one.size(), kPasswordLength);
  EXPECT_TRUE(std::all_of(one.begin(), one.end(),
                          [](unsigned char letter) { return std::isalnum(letter) != 0; }));
  EXPECT_NE(one, generate_password());
}

TEST(CredentialsTest, AHashDependsOnTheSaltAndGivesNothingAway) {
  EXPECT_EQ(material_hash("a", "secret"), material_hash("a", "secret"));
  EXPECT_NE(material_hash("a", "secret"), material_hash("b", "secret"));
  EXPECT_THAT(material_hash("a", "secret"), testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace argus::adl
