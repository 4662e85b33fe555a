#include "cli/connections.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The environment of this process, as it was afterwards.
class ConnectionsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SASL_USERNAME", "KAFKA_SASL_USERNAME_FILE",
          "KAFKA_SASL_PASSWORD", "KAFKA_SASL_PASSWORD_FILE", "KAFKA_SECURITY_PROTOCOL",
          "ARGUS_TOPIC_PREFIX", "FALKORDB_HOST", "FALKORDB_PORT"}) {
      unsetenv(name);  // a test is a process of its own
    }
  }
};

TEST_F(ConnectionsTest, AFlagWinsOverTheEnvironment) {
  const fakes::TemporaryDirectory secrets;
  setenv("KAFKA_BOOTSTRAP_SERVERS", "environment:9092", 1);
  setenv("KAFKA_SASL_USERNAME_FILE", secrets.write("user", "file\n").c_str(), 1);
  setenv("KAFKA_SASL_PASSWORD_FILE", secrets.write("password", "secret\n").c_str(), 1);
  EXPECT_EQ(broker_access({}).connection.username, "file");
  const BrokerAccess access = broker_access({{"KAFKA_BOOTSTRAP_SERVERS", "flag:9092"},
                                             {"KAFKA_SASL_USERNAME", "flag"},
                                             {"ARGUS_TOPIC_PREFIX", "t."}});
  EXPECT_EQ(access.connection.bootstrap_servers, "flag:9092");
  EXPECT_EQ(access.connection.username, "flag");
  EXPECT_EQ(access.connection.password, "secret");
  EXPECT_EQ(access.ingested_topic, "t.argus.codebase.ingested");
  EXPECT_EQ(access.analyzed_topic, "t.argus.codebase.analyzed");
  EXPECT_EQ(access.dead_letter_topic, "t.argus.dlq");
}

TEST_F(ConnectionsTest, SaysEverythingThatIsWrong) {
  try {
    static_cast<void>(broker_access({{"KAFKA_SECURITY_PROTOCOL", "TLS"}}));
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("KAFKA_BOOTSTRAP_SERVERS is not set"),
                                    HasSubstr("KAFKA_SECURITY_PROTOCOL is \"TLS\"")));
  }
  EXPECT_THROW(static_cast<void>(graph_access({})), UsageError);
  EXPECT_EQ(graph_access({{"FALKORDB_HOST", "h"}, {"FALKORDB_PORT", "7"}}).port, 7);
}

}  // namespace
}  // namespace argus::cli
