#include "kafka/client.h"

#include <gmock/gmock.h>

namespace argus::worker::kafka {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kOld = 0x020002ff;  // 2.0.2, of Debian 12
constexpr int kNew = 0x020601ff;

TEST(Explain, ARefusedLoginNamesTheSettings) {
  const auto text = explain(RD_KAFKA_RESP_ERR__AUTHENTICATION, "bad password", kNew);
  EXPECT_THAT(text, AllOf(HasSubstr("bad password"), HasSubstr("KAFKA_SASL_PASSWORD"),
                          Not(HasSubstr("Kafka 4"))));
}

TEST(Explain, AnOldClientMentionsKafka4) {
  EXPECT_THAT(explain(RD_KAFKA_RESP_ERR__AUTHENTICATION, "", kOld),
              AllOf(HasSubstr("Kafka 4"), HasSubstr("2.6.1")));
}

TEST(Explain, SaysWhatToDo) {
  EXPECT_THAT(explain(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 down", kNew),
              HasSubstr("KAFKA_BOOTSTRAP_SERVERS"));
  EXPECT_THAT(explain(RD_KAFKA_RESP_ERR__TRANSPORT, "x", kNew), HasSubstr("No broker"));
  EXPECT_THAT(explain(RD_KAFKA_RESP_ERR__RESOLVE, "x", kNew), HasSubstr("No broker"));
  EXPECT_THAT(explain(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "t", kNew),
              HasSubstr("does not exist"));
  EXPECT_THAT(explain(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, "g", kNew),
              HasSubstr("access"));
  EXPECT_EQ(explain(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "too large", kNew), "too large");
  EXPECT_NE(explain(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "", kNew), "");
}

TEST(ConnectionConf, RefusesWhatLibrdkafkaDoesNotKnow) {
  Context context;
  ConnectionOptions options;
  options.bootstrap_servers = "127.0.0.1:1";
  options.security_protocol = "TLS";
  try {
    static_cast<void>(connection_conf(options, &context));
    FAIL() << "accepted";
  } catch (const BrokerError& error) {
    EXPECT_TRUE(error.fatal());
    EXPECT_THAT(error.what(), HasSubstr("security.protocol"));
  }
}

}  // namespace
}  // namespace argus::worker::kafka
