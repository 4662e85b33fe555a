#include "runtime/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "fakes/eventually.h"
#include "fakes/fake_client.h"
#include "fakes/fake_clock.h"

namespace argus::runtime {
namespace {

using base::FakeClock;
using fakes::eventually;
using fakes::FakeClient;
using fakes::FakeRequest;
using fakes::Verb;
using kube::Json;
using namespace std::chrono_literals;
using State = kube::FollowedObject::State;

const kube::GroupVersionKind kSecret{"", "v1", "Secret"};
const Request kOne{{"ns", "one"}};
const Request kTwo{{"ns", "two"}};

Json secret(const std::string& name, const std::string& value) {
  Json json = Json::object();
  json["apiVersion"] = "v1";
  json["kind"] = "Secret";
  json["metadata"] = {{"namespace", "ns"}, {"name", name}};
  json["data"]["password"] = value;
  return json;
}

ObjectReference named(const std::string& name) { return {kSecret, {"ns", name}}; }

class ReferencesTest : public testing::Test {
 protected:
  FakeClient client_;
  FakeClock clock_;
  ServedKinds served_kinds_{client_};
  SharedInformers informers_{client_, clock_, served_kinds_, true, {}};
  References references_{informers_};
  mutable std::mutex mutex_;
  std::map<Request, int> told_;

  void SetUp() override {
    references_.notify([this](const Request& request) {
      const std::lock_guard lock(mutex_);
      ++told_[request];
    });
    informers_.start();
  }
  void TearDown() override {
    references_.clear();
    informers_.stop();
  }
  int told(const Request& request) const {
    const std::lock_guard lock(mutex_);
    const auto found = told_.find(request);
    return found == told_.end() ? 0 : found->second;
  }
  [[nodiscard]] bool becomes(const std::string& name, State state) const {
    return eventually([&] { return references_.get(named(name)).state == state; });
  }
};

TEST_F(ReferencesTest, PresentObjectIsReadByNameOnly) {
  client_.put(secret("wanted", "x"));
  client_.put(secret("private", "y"));
  EXPECT_EQ(references_.get(named("wanted")).state, State::kUnknown);
  references_.follow(kOne, {named("wanted")});
  ASSERT_TRUE(becomes("wanted", State::kPresent));
  EXPECT_EQ(references_.get(named("wanted")).object->at("data").value("password", ""), "x");
  EXPECT_TRUE(eventually([&] { return told(kOne) > 0; }));
  EXPECT_EQ(references_.get(named("private")).state, State::kUnknown);
}

TEST_F(ReferencesTest, AbsenceIsAnAnswerToo) {
  references_.follow(kOne, {named("missing")});
  ASSERT_TRUE(becomes("missing", State::kAbsent));
  EXPECT_TRUE(eventually([&] { return told(kOne) > 0; }));
  client_.put(secret("missing", "x"));
  EXPECT_TRUE(becomes("missing", State::kPresent));
}

TEST_F(ReferencesTest, ChangeQueuesWhoFollowsAndNobodyElse) {
  client_.put(secret("a", "1"));
  client_.put(secret("b", "1"));
  references_.follow(kOne, {named("a")});
  references_.follow(kTwo, {named("b")});
  ASSERT_TRUE(becomes("a", State::kPresent));
  ASSERT_TRUE(becomes("b", State::kPresent));
  // Told thrice each: it is served, here it is, the list is complete.
  ASSERT_TRUE(eventually([&] { return told(kOne) == 3 && told(kTwo) == 3; }));
  client_.put(secret("a", "2"));
  EXPECT_TRUE(eventually([&] { return told(kOne) == 4; }));
  client_.erase(kSecret, {"ns", "a"});
  EXPECT_TRUE(eventually([&] { return told(kOne) == 5; }));
  EXPECT_EQ(told(kTwo), 3);
}

TEST_F(ReferencesTest, OneWatchServesAllWhoFollowTheSameObject) {
  client_.put(secret("a", "1"));
  references_.follow(kOne, {named("a")});
  references_.follow(kTwo, {named("a")});
  ASSERT_TRUE(becomes("a", State::kPresent));
  EXPECT_TRUE(eventually([&] { return client_.open_watches() == 1; }));
  references_.follow(kOne, {});
  EXPECT_EQ(references_.get(named("a")).state, State::kPresent);
  references_.follow(kTwo, {});
  EXPECT_EQ(references_.get(named("a")).state, State::kUnknown);
  EXPECT_TRUE(eventually([&] { return client_.open_watches() == 0; }));
}

TEST_F(ReferencesTest, ForbiddenIsSaidAndTriedAgain) {
  std::atomic<bool> allowed = false;
  client_.intercept([&allowed](const FakeRequest& request, std::stop_token) {
    if (!allowed && request.verb != Verb::kDiscovery) {
      throw kube::ApiError(403, "Forbidden", "secrets \"a\" is forbidden");
    }
  });
  client_.put(secret("a", "1"));
  references_.follow(kOne, {named("a")});
  ASSERT_TRUE(becomes("a", State::kForbidden));
  EXPECT_THAT(references_.get(named("a")).problem, testing::HasSubstr("is forbidden"));
  ASSERT_TRUE(eventually([&] { return told(kOne) > 0; }));
  allowed = true;
  ASSERT_TRUE(clock_.await_waiters(1));
  clock_.advance(2s);
  EXPECT_TRUE(becomes("a", State::kPresent));
  EXPECT_EQ(references_.get(named("a")).problem, "");
}

TEST_F(ReferencesTest, TooManyAreRefusedWithASentence) {
  std::set<ObjectReference> many;
  for (std::size_t i = 0; i <= References::kFollowedMax; ++i) {
    many.insert(named("secret-" + std::to_string(i)));
  }
  try {
    references_.follow(kOne, many);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "ns/one names 33 objects; at most 32 are followed for one resource");
  }
}

// Followers come and go while the objects change: what remains is what was asked for last.
TEST_F(ReferencesTest, SurvivesChurn) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([this, thread] {
      const Request who{{"ns", "follower-" + std::to_string(thread)}};
      for (int i = 0; i < 60; ++i) {
        references_.follow(who, {named("s" + std::to_string(i % 3)),
                                 named("s" + std::to_string((i + thread) % 5))});
        client_.put(secret("s" + std::to_string(i % 5), std::to_string(i)));
      }
      references_.follow(who, {named("last")});
    });
  }
  threads.clear();
  client_.put(secret("last", "x"));
  EXPECT_TRUE(becomes("last", State::kPresent));
  EXPECT_TRUE(eventually([&] { return client_.open_watches() == 1; }));
}

}  // namespace
}  // namespace argus::runtime
