// Administration of a real broker, and that it keeps to the rules that were made.
#include "kafka/admin.h"

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
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;
using Resource = AccessRule::Resource;
using Operation = AccessRule::Operation;

constexpr auto kPatience = 15s;

class AdminTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto superuser = real_broker_as_superuser();
    ARGUS_NEEDS(superuser, "set ARGUS_TEST_KAFKA_SUPERUSER to test against a broker");
    superuser_ = *superuser;
    user_ = *real_broker();
    name_ = unique_name("admin");
  }
  void TearDown() override {
    if (name_.empty()) return;
    remove_topic(superuser_, name_);
    remove_rules(superuser_, name_);
  }

  template <typename Action>
  static std::string failure_of(const Action& action) {
    try {
      action();
    } catch (const BrokerError& error) {
      return error.what();
    }
    return "(nothing was thrown)";
  }

  ConnectionOptions superuser_, user_;
  std::string name_;  // of this test's topic, and of a user that need not exist
};

TEST_F(AdminTest, DescribesWhatThereIs) {
  Admin admin(superuser_, kPatience);
  const ClusterState before = admin.describe();
  EXPECT_EQ(before.brokers, 1);
  EXPECT_FALSE(before.topics.contains(name_));
  const RealTopic topic(superuser_, name_, 4);
  ASSERT_TRUE(eventually([&] { return admin.describe().topics.contains(name_); }));
  EXPECT_EQ(admin.describe().topics.at(name_), (TopicState{4, 1}));
}

TEST_F(AdminTest, ATopicIsMadeOnce) {
  Admin admin(superuser_, kPatience);
  EXPECT_TRUE(admin.create({name_, 3, 1}));
  EXPECT_FALSE(admin.create({name_, 5, 1}));
  ASSERT_TRUE(eventually([&] { return admin.describe().topics.contains(name_); }));
  EXPECT_EQ(admin.describe().topics.at(name_).partitions, 3);
}

TEST_F(AdminTest, ATopicThatCannotBeMadeIsSaid) {
  Admin admin(superuser_, kPatience);
  EXPECT_THAT(failure_of([&] {
                admin.create({name_, 1, 3});
              }),
              AllOf(HasSubstr("Topic " + name_ + " cannot be created"), HasSubstr("eplication")));
  EXPECT_THAT(failure_of([&] {
                admin.create({"a b", 1, 1});
              }),
              HasSubstr("Topic a b cannot be created"));
  EXPECT_THAT(failure_of([&] { admin.create({name_, -2, 1}); }), HasSubstr("is refused"));
  EXPECT_FALSE(admin.describe().topics.contains(name_));
}

TEST_F(AdminTest, RulesReadBackAsTheyWereMade) {
  Admin admin(superuser_, kPatience);
  EXPECT_THAT(admin.rules_of(name_), IsEmpty());
  const std::set<AccessRule> rules = {
      {name_, Resource::kTopic, name_ + ".", true, Operation::kRead},
      {name_, Resource::kTopic, name_ + ".", true, Operation::kWrite},
      {name_, Resource::kTopic, name_, false, Operation::kDescribe},
      {name_, Resource::kGroup, name_, true, Operation::kRead},
      {name_, Resource::kGroup, name_, false, Operation::kDescribe},
      {name_, Resource::kCluster, "", false, Operation::kIdempotentWrite}};
  for (const AccessRule& rule : rules) EXPECT_TRUE(admin.allow(rule)) << to_text(rule);
  ASSERT_TRUE(eventually([&] { return admin.rules_of(name_).size() >= rules.size(); }));
  EXPECT_EQ(admin.rules_of(name_), rules);
  EXPECT_TRUE(admin.allow(*rules.begin())) << "once more is not a failure";
  EXPECT_EQ(admin.rules_of(name_), rules);
  EXPECT_THAT(admin.rules_of(name_ + "-other"), IsEmpty());
}

TEST_F(AdminTest, TheBrokerKeepsToTheRules) {
  const RealTopic topic(superuser_, name_, 1);
  Admin admin(superuser_, kPatience);
  const auto publish = [&] {
    const OutboundRecord record{name_, {}, "x", {}};
    Producer({user_, 5s}).publish({&record, 1});
  };
  publish();  // there is no rule yet
  // Whoever else may write, this user may not any more.
  ASSERT_TRUE(admin.allow({name_, Resource::kTopic, name_, false, Operation::kWrite}));
  ASSERT_TRUE(eventually(
      [&] { return failure_of(publish).find("access rules forbid it") != std::string::npos; }));
  const AccessRule rule{user_.username, Resource::kTopic, name_, false, Operation::kWrite};
  ASSERT_TRUE(admin.allow(rule));
  EXPECT_TRUE(eventually([&] { return failure_of(publish) == "(nothing was thrown)"; }));
  EXPECT_TRUE(admin.rules_of(user_.username).contains(rule));
}

TEST_F(AdminTest, AProducerThatFailedFatallyPublishesAgain) {
  const RealTopic topic(superuser_, name_, 1);
  const OutboundRecord record{name_, {}, "x", {}};
  Producer producer({superuser_, 5s});
  producer.publish({&record, 1});
  producer.fail_fatally();
  EXPECT_NO_THROW(producer.publish({&record, 1}));
}

TEST_F(AdminTest, WhoMayNotGivePermissionsIsSaid) {
  ASSERT_TRUE(Admin(superuser_, kPatience)
                  .allow({name_, Resource::kCluster, "", false, Operation::kIdempotentWrite}));
  const AccessRule rule{name_, Resource::kGroup, name_, false, Operation::kRead};
  ASSERT_TRUE(eventually([&] {
    return failure_of([&] { Admin(user_, kPatience).allow(rule); }) != "(nothing was thrown)";
  }));
  EXPECT_THAT(failure_of([&] { Admin(user_, kPatience).allow(rule); }),
              AllOf(HasSubstr("The user " + name_ + " cannot be allowed to read groups " + name_),
                    HasSubstr("uthoriz")));
}

TEST_F(AdminTest, AWrongPasswordIsSaid) {
  ConnectionOptions wrong = superuser_;
  wrong.password = "hidden-word";
  const std::string said = failure_of([&] { return Admin(wrong, kPatience).describe(); });
  EXPECT_THAT(said, AllOf(HasSubstr("Topics cannot be listed: The broker refuses the login"),
                          Not(HasSubstr("hidden-word"))));
}

TEST_F(AdminTest, ABrokerThatIsNotThereIsSaid) {
  ConnectionOptions nowhere = superuser_;
  nowhere.bootstrap_servers = "127.0.0.1:1";  // nothing listens there
  EXPECT_THAT(failure_of([&] { return Admin(nowhere, 2s).describe(); }),
              HasSubstr("No broker can be reached"));
  EXPECT_THAT(failure_of([&] { return may_log_in(nowhere, 2s); }),
              HasSubstr("No broker can be reached"));
}

TEST_F(AdminTest, KnowsWhoMayLogIn) {
  EXPECT_TRUE(may_log_in(user_, kPatience));
  user_.password += "x";
  EXPECT_FALSE(may_log_in(user_, kPatience));
  user_.username = "nobody";
  EXPECT_FALSE(may_log_in(user_, kPatience));
}

}  // namespace
}  // namespace argus::worker::kafka
