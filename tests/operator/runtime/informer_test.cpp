#include "runtime/informer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

#include "base/http/transport.h"
#include "fakes/eventually.h"
#include "fakes/fake_client.h"
#include "fakes/fake_clock.h"
#include "tampering_client.h"

namespace argus::runtime {
namespace {

using base::FakeClock;
using fakes::eventually;
using fakes::FakeClient;
using fakes::FakeRequest;
using fakes::Verb;
using kube::ApiError;
using kube::Json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const kube::GroupVersionKind kConfigMap{"", "v1", "ConfigMap"};
const kube::GroupVersionKind kWidget{"example.com", "v1", "Widget"};

Json config_map(const std::string& name, const std::string& value = "") {
  Json json = Json::object();
  json["apiVersion"] = "v1";
  json["kind"] = "ConfigMap";
  json["metadata"]["namespace"] = "ns";
  json["metadata"]["name"] = name;
  json["metadata"]["managedFields"] = Json::array();
  json["data"]["value"] = value;
  return json;
}

Json widget(const std::string& name) {
  Json json = config_map(name);
  json["apiVersion"] = "example.com/v1";
  json["kind"] = "Widget";
  return json;
}

// What a listener was told, in words: "+a", "~a", "-a".
class Diary {
 public:
  std::shared_ptr<const InformerListener> listener() {
    return std::make_shared<const InformerListener>(
        InformerListener{.on_change =
                             [this](const Change& change) {
                               const char* what = !change.before ? "+" : !change.after ? "-" : "~";
                               const std::lock_guard lock(mutex_);
                               entries_.push_back(what + kube::key_of(change.either()).name);
                             },
                         .on_status =
                             [this](const InformerStatus& status) {
                               const std::lock_guard lock(mutex_);
                               statuses_.push_back(status);
                             }});
  }
  std::vector<std::string> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  std::vector<InformerStatus> statuses() const {
    const std::lock_guard lock(mutex_);
    return statuses_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> entries_;
  std::vector<InformerStatus> statuses_;
};

class InformerTest : public testing::Test {
 protected:
  FakeClient client_;
  FakeClock clock_;
  ServedKinds served_kinds_{client_};
  Diary diary_;
  std::shared_ptr<const InformerListener> listener_ = diary_.listener();
  std::unique_ptr<Informer> informer_;
  std::jthread thread_;

  void run(Selection selection, InformerOptions options = {}) {
    informer_ = std::make_unique<Informer>(client_, clock_, served_kinds_, std::move(selection),
                                           std::move(options));
    informer_->add_listener(listener_);
    thread_ = std::jthread([this](std::stop_token stop) { informer_->run(std::move(stop)); });
  }
  void TearDown() override {
    thread_ = {};  // stops and joins before the informer goes
  }

  [[nodiscard]] bool synced_with(std::set<std::string> names) const {
    return eventually([&] {
      std::set<std::string> held;
      for (const kube::SharedObject& object : informer_->store().list()) {
        held.insert(kube::key_of(*object).name);
      }
      return informer_->status().synced && held == names;
    });
  }
  [[nodiscard]] bool reaches(InformerState state) const {
    return eventually([&] { return informer_->status().state == state; });
  }
  // A change that arrives by the watch, which proves that the watch is open.
  [[nodiscard]] bool watches() {
    client_.put(config_map("probe"));
    const bool seen = eventually([&] {
      return informer_->store().get({"ns", "probe"}) != nullptr;
    });
    client_.erase(kConfigMap, {"ns", "probe"});
    return seen && eventually([&] { return informer_->store().get({"ns", "probe"}) == nullptr; });
  }
  // The watch ends, and taking it up is refused once: too old.
  void expire_the_watch() {
    client_.intercept([refused = std::make_shared<std::atomic<bool>>(false)](
                          const FakeRequest& request, std::stop_token) {
      if (request.verb == Verb::kWatch && !request.watch_list && !refused->exchange(true)) {
        throw ApiError(410, "Expired", "too old resource version");
      }
    });
    client_.end_watches();
  }
  std::size_t count_lists() const { return client_.count(Verb::kList); }
  std::size_t count_watch_lists() const {
    return client_.count([](const FakeRequest& request) { return request.watch_list; });
  }
};

TEST_F(InformerTest, WatchListFillsTheStoreWithOneRequest) {
  client_.put(config_map("a"));
  client_.put(config_map("b"));
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({"a", "b"}));
  EXPECT_TRUE(watches());
  EXPECT_EQ(count_watch_lists(), 1U);
  EXPECT_EQ(client_.count(Verb::kWatch), 1U);
  EXPECT_EQ(count_lists(), 0U);
  EXPECT_EQ(informer_->status().problem, "");
}

TEST_F(InformerTest, ListsInPagesWhereWatchListIsRefusedAndDoesNotAskAgain) {
  client_.serve_watch_list(false);
  for (int i = 0; i < 1'200; ++i) client_.put(config_map("object-" + std::to_string(i)));
  run({.gvk = kConfigMap});
  ASSERT_TRUE(eventually([&] { return informer_->status().synced; }));
  EXPECT_EQ(informer_->store().size(), 1'200U);
  EXPECT_EQ(count_lists(), 3U);
  EXPECT_TRUE(watches());
  expire_the_watch();
  ASSERT_TRUE(eventually([&] { return count_lists() == 6; }));
  EXPECT_TRUE(watches());
  EXPECT_EQ(count_watch_lists(), 1U);
}

TEST_F(InformerTest, TransientFailureOfWatchListFallsBackForThisTimeOnly) {
  std::atomic<int> failures = 1;
  std::atomic<bool> expire_next_watch = false;
  client_.intercept([&](const FakeRequest& request, std::stop_token) {
    if (request.watch_list && failures-- > 0) throw ApiError(503, "ServiceUnavailable", "busy");
    const bool watch = request.verb == Verb::kWatch && !request.watch_list;
    if (watch && expire_next_watch.exchange(false)) throw ApiError(410, "Expired", "too old");
  });
  client_.put(config_map("a"));
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({"a"}));
  EXPECT_EQ(count_lists(), 1U);
  EXPECT_TRUE(watches());
  client_.put(config_map("b"));
  expire_next_watch = true;
  client_.end_watches();
  EXPECT_TRUE(eventually([&] { return count_watch_lists() == 2U; }));
  ASSERT_TRUE(synced_with({"a", "b"}));
  EXPECT_EQ(count_lists(), 1U);
}

TEST_F(InformerTest, FollowsCreationChangeAndDeletion) {
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({}));
  client_.put(config_map("a", "1"));
  client_.put(config_map("a", "2"));
  client_.erase(kConfigMap, {"ns", "a"});
  EXPECT_TRUE(eventually([&] {
    return diary_.entries() == std::vector<std::string>{"+a", "~a", "-a"};
  }));
}

TEST_F(InformerTest, CachesWhatTrimLeavesWithKindAndWithoutManagedFields) {
  client_.serve_watch_list(false);  // the items of a list do not say what they are
  client_.put(config_map("a", "big"));
  InformerOptions options;
  options.trim = [](Json& object) { object.erase("data"); };
  run({.gvk = kConfigMap}, std::move(options));
  ASSERT_TRUE(synced_with({"a"}));
  const kube::SharedObject cached = informer_->store().get({"ns", "a"});
  EXPECT_EQ(cached->value("kind", ""), "ConfigMap");
  EXPECT_EQ(cached->value("apiVersion", ""), "v1");
  EXPECT_FALSE(cached->contains("data"));
  EXPECT_FALSE(cached->at("metadata").contains("managedFields"));
}

TEST_F(InformerTest, MetadataOnlyLeavesTheRestAtTheServer) {
  client_.put(config_map("a", "big"));
  run({.gvk = kConfigMap, .metadata_only = true});
  ASSERT_TRUE(synced_with({"a"}));
  EXPECT_EQ(informer_->store().get({"ns", "a"})->value("kind", ""), "ConfigMap");
  EXPECT_FALSE(informer_->store().get({"ns", "a"})->contains("data"));
}

TEST_F(InformerTest, SelectorsAreTheServersAndLeavingTheSelectionIsADeletion) {
  Json labelled = config_map("a");
  labelled["metadata"]["labels"]["app"] = "x";
  client_.put(labelled);
  client_.put(config_map("b"));
  run({.gvk = kConfigMap, .ns = "ns", .label_selector = "app=x"});
  ASSERT_TRUE(synced_with({"a"}));
  client_.put(config_map("a"));
  EXPECT_TRUE(synced_with({}));
  EXPECT_TRUE(eventually([&] { return diary_.entries() == std::vector<std::string>{"+a", "-a"}; }));
}

TEST_F(InformerTest, WatchIsTakenUpWhereItEnded) {
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({}));
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(watches());
    client_.end_watches();
  }
  ASSERT_TRUE(watches());
  EXPECT_EQ(count_watch_lists(), 1U);
  EXPECT_EQ(count_lists(), 0U);
}

TEST_F(InformerTest, BookmarkMovesTheResumePointPastACompaction) {
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({}));
  ASSERT_TRUE(watches());
  Json other = config_map("x");  // moves the resource version without an event for this watch
  other["kind"] = "Secret";
  client_.put(other);
  client_.send_bookmarks();
  client_.put(config_map("seen"));  // arrives after the bookmark
  ASSERT_TRUE(synced_with({"seen"}));
  client_.put(other);
  client_.send_bookmarks();
  ASSERT_TRUE(watches());
  EXPECT_EQ(count_watch_lists() + count_lists(), 1U);
}

void expect_relist_loses_nothing(FakeClient& client, const std::function<bool()>& settled) {
  client.put(config_map("changed", "2"));
  client.erase(kConfigMap, {"ns", "deleted"});
  client.put(config_map("created"));
  client.compact();
  client.end_watches();
  EXPECT_TRUE(settled());
}

TEST_F(InformerTest, ExpiredWatchListsAgainAndNoticesDeletions) {
  for (const bool by_status : {false, true}) {
    client_.expire_by_status(by_status);
    client_.put(config_map("kept"));
    client_.put(config_map("changed", "1"));
    client_.put(config_map("deleted"));
    client_.erase(kConfigMap, {"ns", "created"});
    run({.gvk = kConfigMap});
    ASSERT_TRUE(synced_with({"kept", "changed", "deleted"}));
    // The watch must not see the changes: it cannot be opened while they happen.
    std::atomic<bool> closed = true;
    client_.intercept([&closed](const FakeRequest& request, std::stop_token) {
      if (request.verb == Verb::kWatch && closed) throw ApiError(500, "InternalError", "closed");
    });
    client_.end_watches();
    ASSERT_TRUE(reaches(InformerState::kBackingOff));
    expect_relist_loses_nothing(client_, [&] {
      closed = false;
      clock_.advance(2min);
      return synced_with({"kept", "changed", "created"});
    });
    EXPECT_EQ(informer_->store().get({"ns", "changed"})->at("data").value("value", ""), "2");
    EXPECT_TRUE(eventually([&] {
      const std::vector<std::string> entries = diary_.entries();
      return std::count(entries.begin(), entries.end(), "-deleted") == (by_status ? 2 : 1);
    }));
    thread_ = {};
    client_.intercept({});
  }
}

TEST_F(InformerTest, ExpiredContinueTokenStartsTheListAgain) {
  client_.serve_watch_list(false);
  for (int i = 0; i < 600; ++i) client_.put(config_map("object-" + std::to_string(i)));
  std::atomic<int> lists = 0;
  client_.intercept([&](const FakeRequest& request, std::stop_token) {
    if (request.verb == Verb::kList && ++lists == 2) client_.compact();
  });
  run({.gvk = kConfigMap});
  ASSERT_TRUE(eventually([&] { return informer_->status().synced; }));
  EXPECT_EQ(informer_->store().size(), 600U);
  EXPECT_EQ(lists, 3);
}

TEST_F(InformerTest, FailuresBackOffAndAreSaidInTheStatus) {
  std::atomic<bool> down = true;
  client_.intercept([&down](const FakeRequest& request, std::stop_token) {
    if (down && (request.verb == Verb::kList || request.verb == Verb::kWatch)) {
      throw base::TransportError(base::TransportError::Kind::kConnect, "connection refused");
    }
  });
  run({.gvk = kConfigMap, .ns = "ns"});
  ASSERT_TRUE(reaches(InformerState::kBackingOff));
  EXPECT_THAT(informer_->status().problem, HasSubstr("connection refused"));
  EXPECT_THAT(informer_->status().problem, HasSubstr("v1 ConfigMap in ns"));
  ASSERT_TRUE(clock_.await_waiters(1));
  const std::size_t before = count_lists();
  clock_.advance(700ms);
  EXPECT_EQ(count_lists(), before) << "the first back-off is 800 ms or more";
  down = false;
  clock_.advance(1s);
  ASSERT_TRUE(synced_with({}));
  EXPECT_EQ(informer_->status().problem, "");
}

TEST_F(InformerTest, RetryAfterIsRespected) {
  std::atomic<bool> busy = true;
  client_.intercept([&busy](const FakeRequest& request, std::stop_token) {
    if (busy && (request.verb == Verb::kList || request.verb == Verb::kWatch)) {
      throw ApiError(429, "TooManyRequests", "slow down", 20s);
    }
  });
  run({.gvk = kConfigMap});
  ASSERT_TRUE(reaches(InformerState::kBackingOff));
  ASSERT_TRUE(clock_.await_waiters(1));
  busy = false;
  clock_.advance(19s);
  EXPECT_TRUE(clock_.await_waiters(1));
  EXPECT_FALSE(informer_->status().synced);
  clock_.advance(1s);
  EXPECT_TRUE(synced_with({}));
}

TEST_F(InformerTest, ForbiddenIsToldToListenersAndTriedAgain) {
  std::atomic<bool> allowed = false;
  client_.intercept([&allowed](const FakeRequest& request, std::stop_token) {
    if (!allowed && request.verb != Verb::kDiscovery) throw ApiError(403, "Forbidden", "no Role");
  });
  run({.gvk = kConfigMap});
  ASSERT_TRUE(eventually([&] { return informer_->status().forbidden; }));
  allowed = true;
  ASSERT_TRUE(clock_.await_waiters(1));
  clock_.advance(2s);
  ASSERT_TRUE(synced_with({}));
  EXPECT_FALSE(informer_->status().forbidden);
  const std::vector<InformerStatus> statuses = diary_.statuses();
  EXPECT_TRUE(std::any_of(statuses.begin(), statuses.end(),
                          [](const InformerStatus& status) { return status.forbidden; }));
}

TEST_F(InformerTest, ExceptionOfAnyTypeIsSurvived) {
  std::atomic<int> throws = 1;
  client_.intercept([&throws](const FakeRequest& request, std::stop_token) {
    if (request.verb == Verb::kDiscovery && throws-- > 0) throw 42;
  });
  run({.gvk = kConfigMap});
  ASSERT_TRUE(reaches(InformerState::kBackingOff));
  ASSERT_TRUE(clock_.await_waiters(1));
  clock_.advance(2s);
  EXPECT_TRUE(synced_with({}));
}

TEST_F(InformerTest, WatchThatEndsAtOnceBacksOff) {
  std::atomic<int> watches = 0;
  client_.intercept([&](const FakeRequest& request, std::stop_token) {
    if (request.verb == Verb::kWatch && ++watches > 1) throw ApiError(500, "InternalError", "no");
  });
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({}));
  client_.end_watches();
  ASSERT_TRUE(reaches(InformerState::kBackingOff));
  EXPECT_EQ(watches, 2);
}

TEST_F(InformerTest, BrokenWatchIsTakenUpWithoutWaiting) {
  TamperingClient tampering(client_);
  Informer informer(tampering, clock_, served_kinds_, {.gvk = kConfigMap}, {});
  const std::jthread thread([&informer](std::stop_token stop) { informer.run(std::move(stop)); });
  for (int round = 0; round < 3; ++round) {
    const std::string name = "round-" + std::to_string(round);
    client_.put(config_map(name));
    ASSERT_TRUE(eventually([&] {
      return informer.store().get({"ns", name}) != nullptr;
    })) << "and no time passes";
    ASSERT_TRUE(eventually([&] { return client_.open_watches() == 1; }));
    tampering.cut();
    ASSERT_TRUE(eventually([&] { return tampering.watches == round + 2; }));
  }
  EXPECT_EQ(tampering.watch_lists, 1);
  EXPECT_EQ(tampering.lists, 0);
}

TEST_F(InformerTest, KindInstalledLaterIsPickedUpWhenItsDefinitionAppears) {
  run({.gvk = kWidget});
  ASSERT_TRUE(eventually([&] { return informer_->status().served == false; }));
  EXPECT_THAT(informer_->status().problem, HasSubstr("install its CustomResourceDefinition"));
  ASSERT_TRUE(clock_.await_waiters(1));
  client_.define({kWidget, "widgets", true});
  client_.put(widget("w"));
  served_kinds_.crd_changed("widgets.example.com", false);
  EXPECT_TRUE(synced_with({"w"}));
  EXPECT_EQ(informer_->status().served, true);
}

TEST_F(InformerTest, KindThatIsServedOnlyAWhileAfterItsDefinitionChangedIsPickedUpSoon) {
  run({.gvk = kWidget});
  ASSERT_TRUE(eventually([&] { return informer_->status().served == false; }));
  ASSERT_TRUE(clock_.await_waiters(1));
  const std::size_t asked = client_.count(Verb::kDiscovery);
  served_kinds_.crd_changed("widgets.example.com", false);
  ASSERT_TRUE(eventually([&] { return client_.count(Verb::kDiscovery) > asked; }));
  ASSERT_TRUE(clock_.await_waiters(1));
  client_.define({kWidget, "widgets", true});
  clock_.advance(Informer::kKindSettleInterval);
  EXPECT_TRUE(synced_with({}));
}

TEST_F(InformerTest, KindInstalledLaterIsFoundByPollingToo) {
  run({.gvk = kWidget});
  ASSERT_TRUE(eventually([&] { return informer_->status().served == false; }));
  ASSERT_TRUE(clock_.await_waiters(1));
  client_.define({kWidget, "widgets", true});
  clock_.advance(Informer::kKindPollInterval);
  EXPECT_TRUE(synced_with({}));
}

TEST_F(InformerTest, KindThatIsRemovedEmptiesTheStoreAndIsWaitedFor) {
  client_.define({kWidget, "widgets", true});
  client_.put(widget("w"));
  run({.gvk = kWidget});
  ASSERT_TRUE(synced_with({"w"}));
  client_.undefine(kWidget);
  served_kinds_.crd_changed("widgets.example.com", true);
  ASSERT_TRUE(eventually([&] { return informer_->status().served == false; }));
  EXPECT_EQ(informer_->store().size(), 0U);
  EXPECT_FALSE(informer_->status().synced);
  EXPECT_TRUE(eventually([&] { return diary_.entries() == std::vector<std::string>{"+w", "-w"}; }));
  client_.define({kWidget, "widgets", true});
  client_.put(widget("again"));
  served_kinds_.crd_changed("widgets.example.com", false);
  EXPECT_TRUE(synced_with({"again"}));
}

TEST_F(InformerTest, RemovedDefinitionInterruptsAWatchThatTheServerLeavesOpen) {
  client_.define({kWidget, "widgets", true});
  client_.put(widget("w"));
  run({.gvk = kWidget});
  ASSERT_TRUE(synced_with({"w"}));
  ASSERT_TRUE(eventually([&] { return client_.open_watches() == 1; }));
  served_kinds_.crd_changed("widgets.example.com", true);  // and the fake says nothing
  // It asks again, and finds the kind served after all.
  EXPECT_TRUE(eventually([&] {
    return diary_.entries() == std::vector<std::string>{"+w", "-w", "+w"};
  }));
  EXPECT_TRUE(synced_with({"w"}));
}

// The server ends the watches of a kind that goes, which looks like any other failure at first.
TEST_F(InformerTest, KindThatIsRemovedWhileItsInformerBacksOffIsNoticedAtOnce) {
  client_.define({kWidget, "widgets", true});
  client_.put(widget("w"));
  run({.gvk = kWidget});
  ASSERT_TRUE(synced_with({"w"}));
  client_.intercept([](const FakeRequest& request, std::stop_token) {
    if (request.verb == Verb::kWatch) throw ApiError(500, "InternalError", "going away");
  });
  client_.end_watches();
  ASSERT_TRUE(reaches(InformerState::kBackingOff));
  client_.undefine(kWidget);
  served_kinds_.crd_changed("widgets.example.com", true);
  EXPECT_TRUE(eventually([&] { return informer_->status().served == false; }))
      << "and no time passes";
  EXPECT_EQ(informer_->store().size(), 0U);
}

TEST_F(InformerTest, LateListenerHearsOfEveryObject) {
  client_.put(config_map("a"));
  client_.put(config_map("b"));
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({"a", "b"}));
  Diary late;
  const auto listener = late.listener();
  informer_->add_listener(listener);
  EXPECT_EQ(late.entries(), (std::vector<std::string>{"+a", "+b"}));
  EXPECT_EQ(late.statuses().size(), 1U);
}

TEST_F(InformerTest, StopEndsAnOpenWatchAtOnce) {
  run({.gvk = kConfigMap});
  ASSERT_TRUE(synced_with({}));
  ASSERT_TRUE(eventually([&] { return client_.open_watches() == 1; }));
  thread_ = {};
  EXPECT_EQ(informer_->status().state, InformerState::kStopped);
  EXPECT_EQ(client_.open_watches(), 0);
}

// Changes at every moment, watches that end, histories that are forgotten: the store ends as the
// server.
TEST_F(InformerTest, EndsEqualToTheServerUnderChurn) {
  run({.gvk = kConfigMap});
  const auto asked = [this] { return client_.count(Verb::kWatch) + count_lists(); };
  for (int i = 0; i < 3'000; ++i) {
    const std::string name = "object-" + std::to_string(i % 300);
    if (i % 7 == 0) {
      client_.erase(kConfigMap, {"ns", name});
    } else {
      client_.put(config_map(name, std::to_string(i)));
    }
    if (i % 40 > 0) continue;
    // Changes go on while the informer finds its way back.
    const std::size_t before = asked();
    client_.end_watches();
    if (i % 80 == 0) client_.compact();
    ASSERT_TRUE(eventually([&] {
      clock_.advance(1s);
      return asked() > before;
    }));
  }
  std::map<std::string, std::string> wanted;
  for (const Json& object : client_.peek_all(kConfigMap)) {
    wanted[kube::key_of(object).name] = kube::resource_version_of(object);
  }
  EXPECT_TRUE(eventually([&] {
    clock_.advance(1s);
    std::map<std::string, std::string> held;
    for (const kube::SharedObject& object : informer_->store().list()) {
      held[kube::key_of(*object).name] = kube::resource_version_of(*object);
    }
    return held == wanted;
  }));
}

}  // namespace
}  // namespace argus::runtime
