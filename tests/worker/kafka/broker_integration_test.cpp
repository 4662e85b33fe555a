// Consumer and producer against a real broker, beyond what every Source does.
#include <gmock/gmock.h>

#include "fakes/eventually.h"
#include "fakes/required_environment.h"
#include "real_broker.h"
#include "source_contract.h"

namespace argus::worker::kafka {
namespace {

using fakes::eventually;
using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

class BrokerTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto broker = real_broker();
    ARGUS_NEEDS(broker, "set ARGUS_TEST_KAFKA to test against a broker");
    broker_ = *broker;
  }
  void publish(const OutboundRecord& record) { Producer({broker_}).publish({&record, 1}); }

  ConnectionOptions broker_;
};

template <typename Action>
std::string failure_of(const Action& action) {
  try {
    action();
  } catch (const BrokerError& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

TEST_F(BrokerTest, KeepsBytesAndAbsence) {
  const RealTopic topic(broker_, 1);
  const std::string bytes("\0\xff key\n", 7);
  publish({topic.name(), bytes, bytes, {{"h", bytes}}});
  publish({topic.name(), std::nullopt, "", {}});
  RecordingListener listener;
  Consumer consumer({broker_, unique_name("group"), {topic.name()}}, listener);
  const auto first = next(consumer);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->key, bytes);
  EXPECT_EQ(first->value, bytes);
  EXPECT_EQ(first->headers.at(0).second, bytes);
  EXPECT_GT(first->timestamp.time_since_epoch().count(), 0);
  const auto second = next(consumer);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->key, std::nullopt);
  EXPECT_EQ(second->value, "");
}

TEST_F(BrokerTest, PublishesManyInOneCall) {
  const RealTopic topic(broker_, 3);
  std::vector<OutboundRecord> records;
  for (int i = 0; i < 2000; ++i) {
    records.push_back({topic.name(), "key-" + std::to_string(i % 7), std::to_string(i), {}});
  }
  Producer({broker_}).publish(records);
  RecordingListener listener;
  Consumer consumer({broker_, unique_name("group"), {topic.name()}}, listener);
  std::map<std::string, std::vector<int>> by_key;
  for (int i = 0; i < 2000; ++i) {
    const auto record = next(consumer);
    ASSERT_TRUE(record);
    by_key[record->key.value()].push_back(std::stoi(record->value));
  }
  EXPECT_EQ(by_key.size(), 7u);
  for (const auto& [key, values] : by_key) {
    EXPECT_TRUE(std::is_sorted(values.begin(), values.end())) << key;
  }
}

TEST_F(BrokerTest, ReadsOnAtWhatWasCommitted) {
  const RealTopic topic(broker_, 1);
  for (const char* value : {"one", "two", "three"}) publish({topic.name(), {}, value, {}});
  const std::string group = unique_name("group");
  RecordingListener listener;
  {
    Consumer consumer({broker_, group, {topic.name()}}, listener);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(next(consumer));
    consumer.commit({{{topic.name(), 0}, 2}});
    consumer.close();
  }
  Consumer consumer({broker_, group, {topic.name()}}, listener);
  const auto record = next(consumer);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, "three");
  EXPECT_EQ(record->offset, 2);
}

// argusctl --wait relies on it: once the end is known, nothing that follows is missed.
TEST_F(BrokerTest, FromTheLatestItSeesWhatComesAfterItKnowsTheEnd) {
  const RealTopic topic(broker_, 2);
  publish({topic.name(), {}, "before", {}});
  RecordingListener listener;
  Consumer consumer({broker_, unique_name("group"), {topic.name()}, "latest"}, listener);
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(consumer.poll(10ms));
    return listener.owned.size() == 2 && consumer.end_offset({topic.name(), 0}) &&
           consumer.end_offset({topic.name(), 1});
  }));
  publish({topic.name(), {}, "after", {}});
  const auto record = next(consumer);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, "after");
}

TEST_F(BrokerTest, AWrongPasswordIsSaid) {
  broker_.password = "wrong";
  EXPECT_THAT(failure_of([&] {
                Producer producer({broker_});
                producer.require_topic("argus.dlq", 3s);
              }),
              AllOf(HasSubstr("refuses the login"), HasSubstr("KAFKA_SASL_PASSWORD"),
                    testing::Not(HasSubstr("wrong"))));
  EXPECT_THAT(failure_of([&] {
                const OutboundRecord record{"argus.dlq", {}, "x", {}};
                Producer({broker_, 3s}).publish({&record, 1});
              }),
              HasSubstr("refuses the login"));
  RecordingListener listener;
  Consumer consumer({broker_, unique_name("group"), {"argus.dlq"}}, listener);
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(consumer.poll(10ms));
    return consumer.problem().has_value();
  }));
  EXPECT_THAT(*consumer.problem(), HasSubstr("refuses the login"));
}

TEST_F(BrokerTest, ABrokerThatIsNotThereIsSaid) {
  broker_.bootstrap_servers = "127.0.0.1:1";  // nothing listens there
  EXPECT_THAT(failure_of([&] { Producer({broker_}).require_topic("argus.dlq", 3s); }),
              HasSubstr("No broker can be reached"));
}

TEST_F(BrokerTest, AnUnknownTopicIsSaid) {
  const std::string none = unique_name("missing");
  EXPECT_THAT(failure_of([&] { Producer({broker_}).require_topic(none, 10s); }),
              AllOf(HasSubstr("does not exist"), HasSubstr(none)));
  EXPECT_THAT(failure_of([&] {
                const OutboundRecord record{none, {}, "x", {}};
                Producer({broker_}).publish({&record, 1});
              }),
              HasSubstr("does not exist"));
  RecordingListener listener;
  Consumer consumer({broker_, unique_name("group"), {none}}, listener);
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(consumer.poll(10ms));
    return consumer.problem().has_value();
  }));
  EXPECT_THAT(*consumer.problem(), HasSubstr("does not exist"));
}

TEST_F(BrokerTest, AMessageThatIsTooLargeFailsAloneAndTheNextIsSent) {
  const RealTopic topic(broker_, 1);
  Producer producer({broker_});
  const OutboundRecord large{topic.name(), {}, std::string(2'000'000, 'x'), {}};
  EXPECT_THAT(failure_of([&] { producer.publish({&large, 1}); }), HasSubstr("too large"));
  const OutboundRecord small{topic.name(), {}, "fits", {}};
  producer.publish({&small, 1});
  RecordingListener listener;
  Consumer consumer({broker_, unique_name("group"), {topic.name()}}, listener);
  const auto record = next(consumer);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, "fits");
}

// The order of what two members are told.
struct Log {
  std::vector<std::pair<std::string, TopicPartition>> entries;
  [[nodiscard]] std::optional<std::size_t> find(const std::string& what,
                                                const TopicPartition& place) const {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i] == std::pair(what, place)) return i;
    }
    return std::nullopt;
  }
};

class Member final : public RebalanceListener {
 public:
  Member(std::string name, Log& log, const ConsumerOptions& options)
      : name_(std::move(name)), log_(log), consumer_(options, *this) {}
  void assigned(const std::vector<TopicPartition>& places) override {
    for (const auto& place : places) log_.entries.emplace_back(name_ + " gets", place);
    owned_.insert(places.begin(), places.end());
  }
  void revoked(const std::vector<TopicPartition>& places) override {
    for (const auto& place : places) {
      log_.entries.emplace_back(name_ + " gives", place);
      owned_.erase(place);
    }
  }
  void lost(const std::vector<TopicPartition>& places) override {
    for (const auto& place : places) {
      log_.entries.emplace_back(name_ + " loses", place);
      owned_.erase(place);
    }
  }
  void poll() { static_cast<void>(consumer_.poll(10ms)); }
  [[nodiscard]] const std::set<TopicPartition>& owned() const { return owned_; }

 private:
  const std::string name_;
  Log& log_;
  std::set<TopicPartition> owned_;
  Consumer consumer_;
};

TEST_F(BrokerTest, ARebalanceMovesOnlyWhatItMustAndOnlyAfterItWasGiven) {
  const RealTopic topic(broker_, 4);
  const ConsumerOptions options{broker_, unique_name("group"), {topic.name()}};
  Log log;
  Member a("a", log, options);
  ASSERT_TRUE(eventually([&] {
    a.poll();
    return a.owned().size() == 4;
  }));
  Member b("b", log, options);
  ASSERT_TRUE(eventually([&] {
    a.poll();
    b.poll();
    return a.owned().size() == 2 && b.owned().size() == 2;
  }));
  for (const TopicPartition& place : b.owned()) {
    const auto given = log.find("a gives", place);
    const auto got = log.find("b gets", place);
    ASSERT_TRUE(given && got);
    EXPECT_LT(*given, *got);
  }
  // What stays is not taken away in between.
  for (const TopicPartition& place : a.owned()) {
    EXPECT_EQ(log.find("a gives", place), std::nullopt);
    EXPECT_EQ(log.find("a loses", place), std::nullopt);
  }
}

}  // namespace
}  // namespace argus::worker::kafka
