// argusctl broker ensure itself, against a real broker.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/http/cpprest_transport.h"
#include "cli/broker/users_file.h"
#include "cli_program.h"
#include "fakes/eventually.h"
#include "fakes/http_server.h"
#include "fakes/required_environment.h"
#include "kafka/admin.h"
#include "program.h"
#include "worker/kafka/real_broker.h"
#include "worker/kafka/source_contract.h"

namespace argus::cli {
namespace {

namespace kafka = worker::kafka;

using fakes::eventually;
using fakes::Program;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

// No other test sends to it.
const char* const kTopic = "argus.healing.completed";
const char* const kDone = "the brokers have what the data layer needs";

class BrokerEnsureTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto superuser = kafka::real_broker_as_superuser();
    ARGUS_NEEDS(superuser, "set ARGUS_TEST_KAFKA_SUPERUSER to test against a broker");
    superuser_ = *superuser;
    user_ = *kafka::real_broker();
    write_users(superuser_.password);
    kafka::remove_topic(superuser_, kTopic);
    kafka::remove_rules(superuser_, user_.username);
  }

  void write_users(const std::string& superuser_password) const {
    directory_.write("users.txt", superuser_.username + ":" + superuser_password +
                                      ":SCRAM-SHA-512\n" + user_.username + ":" + user_.password +
                                      ":SCRAM-SHA-512\n");
  }
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {kArgusctl,
                                      "broker",
                                      "ensure",
                                      "--users-file=" + directory_.path() + "/users.txt",
                                      "--service-user=" + user_.username,
                                      "--brokers=" + superuser_.bootstrap_servers};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  [[nodiscard]] Ended ensure(const std::vector<std::string>& more = {}) const {
    Ended ended = run_to_end(command(more), {});
    EXPECT_THAT(ended.out + ended.err,
                AllOf(Not(HasSubstr(superuser_.password)), Not(HasSubstr(user_.password))));
    return ended;
  }
  [[nodiscard]] bool has_topic() const {
    return kafka::Admin(superuser_, 15s).describe().topics.contains(kTopic);
  }

  kafka::ConnectionOptions superuser_, user_;
  fakes::TemporaryDirectory directory_;
};

TEST_F(BrokerEnsureTest, MakesWhatIsMissingOnce) {
  const Ended first = ensure({"--group=team-workers"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.err, AllOf(HasSubstr("topic argus.healing.completed created, 6 partitions, 1 "
                                         "copies"),
                               HasSubstr("may read topics argus.*"),
                               HasSubstr("may read groups team-workers"), HasSubstr(kDone)));
  kafka::Admin admin(superuser_, 15s);
  ASSERT_TRUE(eventually([&] { return admin.describe().topics.contains(kTopic); }));
  const auto topics = admin.describe().topics;
  EXPECT_EQ(topics.at(kTopic), (kafka::TopicState{6, 1}));
  EXPECT_EQ(topics.at("argus.codebase.ingested").partitions, 6);
  EXPECT_EQ(topics.at("argus.dlq").partitions, 3);
  ASSERT_TRUE(eventually([&] { return admin.rules_of(user_.username).size() >= 8; }));
  EXPECT_EQ(admin.rules_of(user_.username).size(), 8u);

  const Ended again = ensure({"--group=team-workers"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, AllOf(HasSubstr(kDone), Not(HasSubstr("\"changed\""))));
}

// What it is all for: the user may do what the worker does, and the broker checks that.
TEST_F(BrokerEnsureTest, ThenTheServiceUserMaySendAndRead) {
  ASSERT_EQ(ensure().status, 0);
  ASSERT_TRUE(eventually([&] { return has_topic(); }));
  const kafka::OutboundRecord record{kTopic, "key", "value", {}};
  kafka::Producer producer({user_});
  producer.require_topic(kTopic, 15s);
  producer.publish({&record, 1});
  kafka::RecordingListener listener;
  kafka::Consumer consumer({user_, "argus" + kafka::unique_name("group"), {kTopic}}, listener);
  const auto received = kafka::next(consumer);
  ASSERT_TRUE(received) << consumer.problem().value_or("");
  EXPECT_EQ(received->value, "value");
  consumer.commit({{received->place, received->offset + 1}});
}

TEST_F(BrokerEnsureTest, SaysWhoMakesTheUser) {
  const Ended alone = ensure();
  EXPECT_EQ(alone.status, 0);
  EXPECT_THAT(alone.err, AllOf(HasSubstr("is left to others"), HasSubstr("--admin-url")));
  // Not Redpanda's Admin API: what else there is to do is done.
  kafka::remove_topic(superuser_, kTopic);
  ASSERT_TRUE(eventually([&] { return !has_topic(); }));
  const Ended none = ensure({"--admin-url=http://127.0.0.1:1"});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err,
              AllOf(HasSubstr("http://127.0.0.1:1 does not answer"), HasSubstr("kafka-configs.sh"),
                    HasSubstr("created, 6 partitions"), Not(HasSubstr(kDone))));
}

// A user whose password is another is given the file's; one who may log in is left alone.
TEST_F(BrokerEnsureTest, GivesTheUserTheFilesPassword) {
  std::atomic<int> changes = 0;
  const std::string names =
      nlohmann::json({superuser_.username, user_.username, "argus-nobody"}).dump();
  const fakes::HttpServer api([&](fakes::HttpServer::Connection& connection) {
    while (const auto request = connection.read_request()) {
      if (!request->starts_with("GET ")) ++changes;
      connection.write(fakes::answer(200, request->starts_with("GET ") ? names : ""));
    }
  });
  EXPECT_EQ(ensure({"--admin-url=" + api.url()}).status, 0);
  EXPECT_EQ(changes, 0);
  user_.username = "argus-nobody";
  write_users(superuser_.password);
  const Ended other = ensure({"--admin-url=" + api.url()});
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_EQ(changes, 1);
  EXPECT_THAT(other.err, HasSubstr("user argus-nobody has the file's password now"));
  kafka::remove_rules(superuser_, user_.username);
}

TEST_F(BrokerEnsureTest, SaysWhatIsWrong) {
  write_users("another-word");
  const Ended refused = ensure();
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("As " + superuser_.username + " of "), HasSubstr("users.txt"),
                    HasSubstr("refuses the login"), Not(HasSubstr("another-word"))));
  directory_.write("users.txt", "admin:hidden:SCRAM-SHA-512\n");
  const Ended no_user = ensure();
  EXPECT_EQ(no_user.status, 2);
  EXPECT_THAT(no_user.err,
              AllOf(HasSubstr("has no user " + user_.username), Not(HasSubstr("hidden"))));
  std::filesystem::remove(directory_.path() + "/users.txt");
  const Ended no_file = ensure();
  EXPECT_EQ(no_file.status, 2);
  EXPECT_THAT(no_file.err, AllOf(HasSubstr("users.txt"), HasSubstr("cannot be read")));
  EXPECT_EQ(ensure({"--security-protocol=TLS"}).status, 2);
}

TEST_F(BrokerEnsureTest, WatchesUntilASignal) {
  std::filesystem::remove(directory_.path() + "/users.txt");  // a Secret that is not there yet
  Program program(command({"--watch", "--every=1"}), {});
  const auto said = [&](const char* text) {
    return eventually([&] { return program.err().find(text) != std::string::npos; });
  };
  ASSERT_TRUE(said("cannot be read")) << program.err();
  write_users(superuser_.password);
  ASSERT_TRUE(said(kDone)) << program.err();
  // What goes missing is made again.
  kafka::remove_topic(superuser_, kTopic);
  ASSERT_TRUE(eventually([&] {
    const std::string log = program.err();
    const std::string made = std::string("topic ") + kTopic + " created";
    return log.find(made, log.find(made) + 1) != std::string::npos;
  })) << program.err();
  const auto start = std::chrono::steady_clock::now();
  program.send(SIGTERM);
  EXPECT_EQ(program.wait(), 128 + SIGTERM);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

// As in the pod of redpanda-setup: what it says, it says by ending.
class BrokerSetupTest : public BrokerEnsureTest {
 protected:
  [[nodiscard]] std::vector<std::string> watching(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--watch", "--every=1", "--message-file=" + message_file(),
                             "--memory-file=" + directory_.path() + "/said.json"});
    return command(more);
  }
  [[nodiscard]] std::string message_file() const { return directory_.path() + "/message"; }
  [[nodiscard]] std::string message() const {
    std::ifstream file(message_file());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] static bool logs(const Program& program, const std::string& text) {
    return eventually([&] { return program.err().find(text) != std::string::npos; });
  }
  // A port that was free a moment ago.
  static std::uint16_t free_port() {
    return fakes::HttpServer([](fakes::HttpServer::Connection&) {}).port();
  }
  static int answer_of(std::uint16_t port, const std::string& path) {
    base::TransportOptions options;
    options.base_url = "http://127.0.0.1:" + std::to_string(port);
    try {
      return base::make_cpprest_transport(std::move(options))->send({.path = path}, {}).status;
    } catch (const base::TransportError&) {
      return 0;
    }
  }
};

TEST_F(BrokerSetupTest, SaysOnceThatTopicsHaveTooFewCopies) {
  ASSERT_EQ(ensure().status, 0);
  ASSERT_TRUE(eventually([&] { return has_topic(); }));
  const Ended first = run_to_end(watching({"--replication-factor=3"}), {});
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(message(), AllOf(HasSubstr("topics have 1 copy of 3"), HasSubstr(kTopic),
                               HasSubstr("--set replication.factor=3")));
  // Started again it goes on, and is ready.
  const std::uint16_t port = free_port();
  Program next(watching({"--replication-factor=3", "--health-port=" + std::to_string(port)}), {});
  ASSERT_TRUE(logs(next, kDone)) << next.err();
  EXPECT_TRUE(eventually([&] { return answer_of(port, "/ready") == 200; }));
  EXPECT_EQ(answer_of(port, "/health"), 200);
  EXPECT_THAT(next.err(), Not(HasSubstr("ends to say")));
  next.send(SIGKILL);  // and so leaves no word of its own in the pod's status
  next.wait();
  EXPECT_EQ(run_to_end(watching({"--replication-factor=3"}), {}).status, 0);
  // What was raised is no remark any more.
  const Ended raised = run_to_end(watching({"--replication-factor=1"}), {});
  EXPECT_EQ(raised.status, 0) << raised.err;
  EXPECT_THAT(message(), Not(HasSubstr("copy of 3")));
}

TEST_F(BrokerSetupTest, SaysOnceThatTheSuperuserIsRefusedAndHeals) {
  write_users("another-word");
  const std::uint16_t port = free_port();
  const Ended first = run_to_end(watching(), {});
  EXPECT_EQ(first.status, 4) << first.err;
  EXPECT_THAT(message(), AllOf(HasSubstr("refuses the login"), Not(HasSubstr("another-word"))));
  EXPECT_THAT(first.err, Not(HasSubstr("another-word")));
  Program next(watching({"--health-port=" + std::to_string(port)}), {});
  ASSERT_TRUE(logs(next, "refuses the login")) << next.err();
  EXPECT_TRUE(eventually([&] { return answer_of(port, "/ready") == 503; }));
  write_users(superuser_.password);
  EXPECT_TRUE(eventually([&] { return answer_of(port, "/ready") == 200; })) << next.err();
}

TEST_F(BrokerSetupTest, DoesNothingWithAnotherFileThanItsOwn) {
  const std::string own = read_users_file(directory_.path() + "/users.txt");
  directory_.write("users.txt", own + "\n");
  Program program(watching({"--users-salt=s", "--users-hash=" + users_hash("s", own)}), {});
  ASSERT_TRUE(logs(program, "has not arrived yet")) << program.err();
  EXPECT_FALSE(has_topic());
  directory_.write("users.txt", own);
  ASSERT_TRUE(logs(program, kDone)) << program.err();
  EXPECT_TRUE(eventually([&] { return has_topic(); }));
}

TEST_F(BrokerEnsureTest, AWrongFlagEndsTheWatchAtOnce) {
  const Ended ended = ensure({"--watch", "--security-protocol=TLS"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("KAFKA_SECURITY_PROTOCOL"));
}

}  // namespace
}  // namespace argus::cli
