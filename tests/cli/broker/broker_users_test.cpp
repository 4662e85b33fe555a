// Against a server that answers as Redpanda's Admin API does (src/v/redpanda/admin/security.cc).
#include "cli/broker/broker_users.h"

#include <gmock/gmock.h>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/http/cpprest_transport.h"
#include "fakes/http_server.h"

namespace argus::cli {
namespace {

using fakes::HttpServer;
using Kind = BrokerUsersError::Kind;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const BrokerUser kAdmin{"admin", "admin-secret", "SCRAM-SHA-512"};
const BrokerUser kService{"argus-service", "pass\"word\\", "SCRAM-SHA-256"};

// Answers every request the same, and keeps what it was asked.
class AdminApi {
 public:
  explicit AdminApi(std::string answer)
      : answer_(std::move(answer)), server_([this](HttpServer::Connection& connection) {
          while (const auto request = connection.read_request()) {
            {
              const std::lock_guard lock(mutex_);
              requests_.push_back(*request);
            }
            connection.write(answer_);
          }
        }) {}
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  const std::string answer_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // protected by mutex_
  HttpServer server_;
};

BrokerUsers users_at(std::vector<std::string> urls) {
  return {std::move(urls), kAdmin, [](const std::string& base_url) {
            base::TransportOptions options;
            options.base_url = base_url;
            return base::make_cpprest_transport(std::move(options));
          }};
}

json body_of(const std::string& request) {
  return json::parse(request.substr(request.find("\r\n\r\n") + 4));
}

struct Failure {
  std::string text;
  BrokerUsersError::Kind kind = Kind::kOther;
};
Failure failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const BrokerUsersError& error) {
    return {error.what(), error.kind()};
  }
  return {"(nothing was thrown)"};
}

TEST(BrokerUsersTest, ListsNamesAsTheSuperuser) {
  const AdminApi api(fakes::answer(200, R"(["admin", "argus-service"])"));
  EXPECT_THAT(users_at({api.url()}).names({}), ElementsAre("admin", "argus-service"));
  ASSERT_EQ(api.requests().size(), 1u);
  EXPECT_THAT(api.requests()[0],
              AllOf(StartsWith("GET /v1/security/users HTTP/1.1\r\n"),
                    HasSubstr("Authorization:Basic " + base::base64_encode("admin:admin-secret"))));
}

TEST(BrokerUsersTest, MakesAUser) {
  const AdminApi api(fakes::answer(200, ""));
  users_at({api.url()}).make(kService, {});
  ASSERT_EQ(api.requests().size(), 1u);
  EXPECT_THAT(api.requests()[0], AllOf(StartsWith("POST /v1/security/users HTTP/1.1\r\n"),
                                       HasSubstr("Content-Type:application/json")));
  EXPECT_EQ(body_of(api.requests()[0]), (json{{"username", "argus-service"},
                                              {"password", "pass\"word\\"},
                                              {"algorithm", "SCRAM-SHA-256"}}));
}

TEST(BrokerUsersTest, SetsAPassword) {
  const AdminApi api(fakes::answer(200, ""));
  users_at({api.url()}).set_password(kService, {});
  ASSERT_EQ(api.requests().size(), 1u);
  EXPECT_THAT(api.requests()[0], StartsWith("PUT /v1/security/users/argus-service HTTP/1.1\r\n"));
  EXPECT_EQ(body_of(api.requests()[0]),
            (json{{"password", "pass\"word\\"}, {"algorithm", "SCRAM-SHA-256"}}));
}

TEST(BrokerUsersTest, GoesToTheLeaderWhenSentThere) {
  const AdminApi leader(fakes::answer(200, ""));
  const AdminApi follower(
      fakes::answer(307, "", "Location: " + leader.url() + "/v1/security/users?redirect=1\r\n"));
  users_at({follower.url()}).make(kService, {});
  ASSERT_EQ(leader.requests().size(), 1u);
  EXPECT_THAT(leader.requests()[0], AllOf(StartsWith("POST /v1/security/users HTTP/1.1\r\n"),
                                          HasSubstr("Authorization:Basic ")));
  EXPECT_EQ(body_of(leader.requests()[0])["username"], "argus-service");
}

TEST(BrokerUsersTest, IsSentOnOnce) {
  const AdminApi second(fakes::answer(307, "", "Location: http://127.0.0.1:1/\r\n"));
  const AdminApi first(fakes::answer(307, "", "Location: " + second.url() + "/x\r\n"));
  const Failure failure = failure_of([&] { users_at({first.url()}).make(kService, {}); });
  EXPECT_THAT(failure.text, HasSubstr("answers POST /v1/security/users with 307"));
  EXPECT_EQ(failure.kind, Kind::kOther);
  EXPECT_EQ(second.requests().size(), 1u);
  const AdminApi nowhere(fakes::answer(307, "", "Location: elsewhere\r\n"));
  EXPECT_THAT(failure_of([&] { users_at({nowhere.url()}).make(kService, {}); }).text,
              HasSubstr("with 307"));
}

TEST(BrokerUsersTest, ARefusedSuperuserIsSaid) {
  for (const int status : {401, 403}) {
    const AdminApi api(fakes::answer(status, R"({"message": "no", "code": 401})"));
    const Failure failure = failure_of([&] { return users_at({api.url()}).names({}); });
    EXPECT_THAT(failure.text,
                AllOf(HasSubstr(api.url()), HasSubstr("refuses the superuser admin"),
                      Not(HasSubstr("secret")), Not(HasSubstr(base::base64_encode("admin:")))));
    EXPECT_EQ(failure.kind, Kind::kRefused);
  }
}

TEST(BrokerUsersTest, WhatIsNoRedpandaIsSaid) {
  const AdminApi other(fakes::answer(404, "<html>"));
  Failure failure = failure_of([&] { return users_at({other.url()}).names({}); });
  EXPECT_THAT(failure.text, HasSubstr("knows no /v1/security/users: it is not Redpanda"));
  EXPECT_EQ(failure.kind, Kind::kForeign);
  for (const char* body : {"<html>", "{}", ""}) {
    const AdminApi api(fakes::answer(200, body));
    failure = failure_of([&] { return users_at({api.url()}).names({}); });
    EXPECT_THAT(failure.text, HasSubstr("lists no users: it is not Redpanda"));
    EXPECT_EQ(failure.kind, Kind::kForeign);
  }
  failure = failure_of([&] { return users_at({"http://127.0.0.1:1"}).names({}); });
  EXPECT_THAT(failure.text, HasSubstr("http://127.0.0.1:1 does not answer"));
  EXPECT_EQ(failure.kind, Kind::kSilent);
}

TEST(BrokerUsersTest, AnotherAnswerIsShownInPart) {
  const AdminApi api(fakes::answer(503, "booting\x1b[2J" + std::string(5000, 'x')));
  const Failure failure = failure_of([&] { users_at({api.url()}).set_password(kService, {}); });
  EXPECT_THAT(failure.text,
              AllOf(HasSubstr("answers PUT /v1/security/users/argus-service with 503: booting"),
                    HasSubstr("\\x1b"), Not(HasSubstr("word"))));
  EXPECT_LT(failure.text.size(), 500u);
  EXPECT_EQ(failure.kind, Kind::kSilent) << "it boots";
}

TEST(BrokerUsersTest, AnyBrokerThatAnswersWillDo) {
  const AdminApi booting(fakes::answer(503, ""));
  const AdminApi up(fakes::answer(200, R"(["admin"])"));
  EXPECT_THAT(users_at({"http://127.0.0.1:1", booting.url(), up.url()}).names({}),
              ElementsAre("admin"));
  EXPECT_EQ(up.requests().size(), 1u);
  const Failure failure = failure_of([&] {
    users_at({booting.url(), "http://127.0.0.1:1"}).make(kService, {});
  });
  EXPECT_EQ(failure.kind, Kind::kSilent);
  EXPECT_THAT(failure.text, HasSubstr("http://127.0.0.1:1 does not answer"));
}

}  // namespace
}  // namespace argus::cli
