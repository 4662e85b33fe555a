#include "kube/exec_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "fakes/certificates.h"
#include "fakes/fake_clock.h"
#include "fakes/temporary_directory.h"

namespace argus::kube {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kV1 = "client.authentication.k8s.io/v1";

class ExecCredentials : public testing::Test {
 protected:
  // A plugin that notes each run and prints the file "answer".
  ExecPlugin plugin(const std::string& more = "") {
    const std::string here = directory_.path();
    ExecPlugin made;
    made.api_version = kV1;
    made.command = directory_.write_program(
        "plugin", "echo run >> " + here + "/runs\n" + more + "\ncat " + here + "/answer\n");
    return made;
  }
  void will_answer(const Json& status, const std::string& api_version = kV1) {
    const Json answer = {
        {"apiVersion", api_version}, {"kind", "ExecCredential"}, {"status", status}};
    directory_.write("answer", answer.dump());
  }
  long runs() {
    const std::string noted = directory_.read("runs");
    return std::count(noted.begin(), noted.end(), '\n');
  }
  std::string failure(const ExecPlugin& of) {
    try {
      static_cast<void>(exec_credentials(of, clock_)->current({}));
    } catch (const AccessError& error) {
      return error.what();
    }
    return "accepted";
  }

  fakes::TemporaryDirectory directory_;
  base::FakeClock clock_;
};

TEST_F(ExecCredentials, ATokenWithoutExpiryIsKept) {
  will_answer({{"token", "t1"}});
  const auto source = exec_credentials(plugin(), clock_);
  EXPECT_EQ(runs(), 0);
  EXPECT_EQ(source->current({}).bearer_token, "t1");
  clock_.advance(24h);
  EXPECT_EQ(source->current({}).bearer_token, "t1");
  EXPECT_EQ(runs(), 1);
}

TEST_F(ExecCredentials, TheBetaVersionIsSpokenToo) {
  ExecPlugin beta = plugin();
  beta.api_version = "client.authentication.k8s.io/v1beta1";
  will_answer({{"token", "t1"}}, beta.api_version);
  EXPECT_EQ(exec_credentials(beta, clock_)->current({}).bearer_token, "t1");
}

TEST_F(ExecCredentials, RunsAgainWhenItsCredentialsExpire) {
  will_answer({{"token", "t1"}, {"expirationTimestamp", base::to_rfc3339(clock_.wall() + 10min)}});
  const auto source = exec_credentials(plugin(), clock_);
  EXPECT_EQ(source->current({}).bearer_token, "t1");
  will_answer({{"token", "t2"}, {"expirationTimestamp", base::to_rfc3339(clock_.wall() + 20min)}});
  clock_.advance(599s);
  EXPECT_EQ(source->current({}).bearer_token, "t1");
  clock_.advance(1s);
  EXPECT_EQ(source->current({}).bearer_token, "t2");
  EXPECT_EQ(runs(), 2);
}

TEST_F(ExecCredentials, RunsAgainAfterA401ButNotTwiceInARow) {
  will_answer({{"token", "t1"}});
  const auto source = exec_credentials(plugin(), clock_);
  EXPECT_EQ(source->current({}).bearer_token, "t1");
  EXPECT_FALSE(source->refuse());  // it has only just run
  clock_.advance(10s);
  will_answer({{"token", "t2"}});
  EXPECT_TRUE(source->refuse());
  EXPECT_EQ(source->current({}).bearer_token, "t2");
  EXPECT_EQ(runs(), 2);
}

TEST_F(ExecCredentials, OneRunServesEveryThread) {
  will_answer({{"token", "t1"}});
  const std::string go = directory_.path() + "/go";
  const auto source = exec_credentials(plugin("while [ ! -e " + go + " ]; do :; done"), clock_);
  std::atomic<int> served = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { served += source->current({}).bearer_token == "t1" ? 1 : 0; });
  }
  directory_.write("go", "");
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 4);
  EXPECT_EQ(runs(), 1);
}

TEST_F(ExecCredentials, AClientCertificate) {
  const auto identity = fakes::CertificateAuthority("ca").issue("alice", "");
  will_answer(
      {{"clientCertificateData", identity.certificate_pem}, {"clientKeyData", identity.key_pem}});
  const auto credentials = exec_credentials(plugin(), clock_)->current({});
  EXPECT_EQ(credentials.client_certificate_pem, identity.certificate_pem);
  EXPECT_EQ(credentials.client_key_pem, identity.key_pem);
  EXPECT_EQ(credentials.bearer_token, "");
}

TEST_F(ExecCredentials, ThePluginLearnsWhatItIsFor) {
  will_answer({{"token", "t"}});
  ExecPlugin curious = plugin("echo \"$KUBERNETES_EXEC_INFO\" > " + directory_.path() +
                              "/info; echo \"$MINE $1\" > " + directory_.path() + "/mine");
  curious.arguments = {"get token"};
  curious.environment = {{"MINE", "yes"}};
  curious.cluster = Json::parse(R"({"server":"https://h:1"})");
  static_cast<void>(exec_credentials(curious, clock_)->current({}));
  EXPECT_EQ(Json::parse(directory_.read("info")),
            Json::parse(R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
                            "spec":{"interactive":false,"cluster":{"server":"https://h:1"}}})"));
  EXPECT_EQ(directory_.read("mine"), "yes get token\n");
}

TEST_F(ExecCredentials, AFailureIsSaidWithWhatThePluginSaid) {
  EXPECT_THAT(failure(plugin("echo 'please log in' >&2; exit 3")),
              AllOf(HasSubstr("failed with exit code 3"), HasSubstr("It said: please log in")));
  ExecPlugin missing = plugin();
  missing.command = "argus-no-such-plugin";
  missing.install_hint = "Install it with apt.";
  EXPECT_EQ(failure(missing),
            "The credential plugin argus-no-such-plugin cannot be started: No such file or "
            "directory. Install it with apt.");
}

TEST_F(ExecCredentials, WhatIsNoCredentialIsRefusedAndNeverQuoted) {
  const auto said = [&](const std::string& answer) {
    directory_.write("answer", answer);
    std::string sentence = failure(plugin());
    EXPECT_THAT(sentence, Not(HasSubstr("s3cret")));
    return sentence;
  };
  EXPECT_THAT(said("s3cret"), HasSubstr("did not print an ExecCredential"));
  EXPECT_THAT(said(R"({"kind":"Other","token":"s3cret"})"), HasSubstr("did not print an Exec"));
  EXPECT_THAT(said(R"({"kind":"ExecCredential","apiVersion":"v9","status":{"token":"s3cret"}})"),
              HasSubstr("apiVersion \"v9\" where the kubeconfig says"));
  const std::string head = R"({"kind":"ExecCredential","apiVersion":")" + std::string(kV1) + "\"";
  EXPECT_THAT(said(head + "}"), HasSubstr("without a status"));
  EXPECT_THAT(said(head + R"(,"status":{}})"), HasSubstr("neither a token nor"));
  EXPECT_THAT(said(head + R"(,"status":{"clientKeyData":"s3cret"}})"),
              HasSubstr("without the other"));
  EXPECT_THAT(said(head + R"(,"status":{"token":"s3cret","expirationTimestamp":"soon"}})"),
              HasSubstr("\"soon\", which is not an RFC 3339 time"));
  EXPECT_THAT(
      said(head + R"(,"status":{"token":"s3cret","expirationTimestamp":"2020-01-01T00:00:00Z"}})"),
      HasSubstr("have expired already"));
  EXPECT_THAT(said(head + R"(,"status":{"clientCertificateData":"x","clientKeyData":"s3cret"}})"),
              HasSubstr("is not a PEM certificate"));
}

TEST_F(ExecCredentials, StopEndsAWaitingPlugin) {
  will_answer({{"token", "t"}});
  const auto source = exec_credentials(plugin("sleep 60"), clock_);
  std::stop_source stop;
  std::thread stopper([&] {
    while (runs() == 0) std::this_thread::yield();
    stop.request_stop();
  });
  try {
    static_cast<void>(source->current(stop.get_token()));
    ADD_FAILURE() << "finished";
  } catch (const base::TransportError& error) {
    EXPECT_EQ(error.kind(), base::TransportError::Kind::kCancelled);
  }
  stopper.join();
}

}  // namespace
}  // namespace argus::kube
