#include "runtime/manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "base/http/transport.h"
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
using ::testing::HasSubstr;

const kube::GroupVersionKind kWidget{"example.com", "v1", "Widget"};
const kube::GroupVersionKind kScaler{"scale.example.com", "v1", "Scaler"};
const kube::GroupVersionKind kConfigMap{"", "v1", "ConfigMap"};
const kube::GroupVersionKind kLease{"coordination.k8s.io", "v1", "Lease"};
const kube::ObjectKey kLeaseKey{"system", "widget-operator"};

Json widget(const std::string& ns, const std::string& name, const std::string& value = "v") {
  Json json = Json::object();
  json["apiVersion"] = "example.com/v1";
  json["kind"] = "Widget";
  json["metadata"] = {{"namespace", ns}, {"name", name}};
  json["spec"]["value"] = value;
  return json;
}

// What a small operator does: for each Widget a ConfigMap of the same name with its value; where
// Scalers are served, it says so in the ConfigMap.
class WidgetReconciler final : public Reconciler {
 public:
  WidgetReconciler(kube::Client& client, const Cache& cache, EventRecorder& events)
      : client_(client), cache_(cache), events_(events) {}

  Result reconcile(const Request& request, std::stop_token stop) override {
    if (hang) {
      while (hang) std::this_thread::yield();
    }
    const kube::SharedObject widget = cache_.kind(kWidget).get(request.key);
    if (!widget) return {};
    Json wanted = Json::object();
    wanted["apiVersion"] = "v1";
    wanted["kind"] = "ConfigMap";
    wanted["metadata"] = {{"namespace", request.key.ns}, {"name", request.key.name}};
    wanted["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", "example.com/v1"},
                                                          {"kind", "Widget"},
                                                          {"name", request.key.name},
                                                          {"uid", kube::uid_of(*widget)}}});
    wanted["data"]["value"] = widget->at("spec").value("value", "");
    wanted["data"]["scaler"] = cache_.kind(kScaler).served() ? "yes" : "no";
    const kube::SharedObject present = cache_.kind(kConfigMap).get(request.key);
    if (present && present->at("data") == wanted["data"]) return {};
    client_.apply({kConfigMap, "configmaps"}, wanted, "widget-operator", "", stop);
    events_.record(*widget, kube::EventType::kNormal, "Applied", "applied the ConfigMap");
    return {};
  }

  std::atomic<bool> hang = false;

 private:
  kube::Client& client_;
  const Cache& cache_;
  EventRecorder& events_;
};

// A replica of the operator, on a thread of its own.
class Replica {
 public:
  Replica(kube::Client& client, base::Clock& clock, ManagerOptions options)
      : manager(client, clock, metrics, std::move(options)),
        reconciler(client, manager.cache(), manager.events()) {
    ControllerOptions controller;
    controller.name = "widget";
    controller.primary = {.gvk = kWidget, .matters = beyond_status};
    controller.others = {{.gvk = kConfigMap}, {.gvk = kScaler, .optional = true}};
    controller.workers = 2;
    manager.add_controller(std::move(controller), reconciler);
  }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      ended = manager.run(std::move(stop));
      has_ended = true;
    });
  }
  void stop() { thread_ = {}; }
  void request_stop() { thread_.request_stop(); }

  base::Metrics metrics;
  Manager manager;
  WidgetReconciler reconciler;
  std::atomic<bool> has_ended = false;
  std::optional<Manager::Ended> ended;

 private:
  std::jthread thread_;
};

class ManagerTest : public testing::Test {
 protected:
  FakeClient client_;
  FakeClock clock_;

  void SetUp() override { client_.define({kWidget, "widgets", true}); }

  static ManagerOptions options() {
    ManagerOptions options;
    options.event_source = {"widget-operator", "pod-1"};
    return options;
  }
  static ManagerOptions electing(const std::string& identity) {
    ManagerOptions with = options();
    with.leader_election =
        LeaderElectionOptions{.ns = kLeaseKey.ns, .name = kLeaseKey.name, .identity = identity};
    return with;
  }
  std::string value(const std::string& ns, const std::string& name,
                    const std::string& field = "value") const {
    const auto map = client_.peek(kConfigMap, {ns, name});
    return map ? map->at("data").value(field, "") : "";
  }
  std::string holder() const {
    const auto lease = client_.peek(kLease, kLeaseKey);
    return lease ? lease->at("spec").value("holderIdentity", "") : "";
  }
  // `condition` comes to hold while time passes.
  bool comes(const std::function<bool()>& condition) {
    return eventually([&] {
      if (condition()) return true;
      clock_.advance(10ms);
      return false;
    });
  }
};

TEST_F(ManagerTest, ReconcilesWhatExistsAndWhatComes) {
  client_.put(widget("one", "a", "1"));
  Replica replica(client_, clock_, options());
  replica.start();
  EXPECT_TRUE(comes([&] { return value("one", "a") == "1"; }));
  client_.put(widget("two", "b", "2"));
  EXPECT_TRUE(comes([&] { return value("two", "b") == "2"; }));
  client_.put(widget("one", "a", "changed"));
  EXPECT_TRUE(comes([&] { return value("one", "a") == "changed"; }));
  replica.stop();
  EXPECT_EQ(replica.ended, Manager::Ended::kStopped);
}

TEST_F(ManagerTest, RepairsWhatOthersChangeAndThenWritesNothing) {
  client_.put(widget("one", "a", "1"));
  Replica replica(client_, clock_, options());
  replica.start();
  ASSERT_TRUE(comes([&] { return value("one", "a") == "1"; }));
  client_.erase(kConfigMap, {"one", "a"});
  ASSERT_TRUE(comes([&] { return value("one", "a") == "1"; }));
  Json edited = *client_.peek(kConfigMap, {"one", "a"});
  edited["data"]["value"] = "drift";
  client_.put(edited);
  ASSERT_TRUE(comes([&] { return value("one", "a") == "1"; }));
  replica.stop();
  // Another replica finds everything as it should be.
  client_.forget_requests();
  Replica second(client_, clock_, options());
  second.start();
  ASSERT_TRUE(comes([&] {
    return second.metrics.exposition().find(
               R"(controller_runtime_reconcile_total{controller="widget",result="success"} 1)") !=
           std::string::npos;
  }));
  second.stop();
  EXPECT_EQ(client_.count([](const FakeRequest& request) { return request.is_write(); }), 0U);
}

TEST_F(ManagerTest, OptionalKindInstalledWhileRunningIsNoticedAtOnceAndItsRemovalToo) {
  client_.put(widget("one", "a"));
  Replica replica(client_, clock_, options());
  replica.start();
  ASSERT_TRUE(comes([&] { return value("one", "a", "scaler") == "no"; }));
  EXPECT_EQ(replica.manager.not_ready(), std::nullopt) << "an optional kind may be missing";
  client_.define({kScaler, "scalers", true});
  EXPECT_TRUE(eventually([&] { return value("one", "a", "scaler") == "yes"; }))
      << "without any time passing: word comes from the watch of definitions";
  client_.undefine(kScaler);
  EXPECT_TRUE(eventually([&] { return value("one", "a", "scaler") == "no"; }));
}

TEST_F(ManagerTest, WatchesOnlyTheNamespacesItIsGiven) {
  ManagerOptions with = options();
  with.namespaces = {"one", "two"};
  client_.put(widget("one", "a"));
  client_.put(widget("two", "a"));
  client_.put(widget("three", "a"));
  Replica replica(client_, clock_, std::move(with));
  replica.start();
  ASSERT_TRUE(comes([&] { return value("one", "a") == "v" && value("two", "a") == "v"; }));
  const CachedKind& widgets = replica.manager.cache().kind(kWidget);
  EXPECT_EQ(widgets.list().size(), 2U);
  EXPECT_EQ(widgets.list("two").size(), 1U);
  EXPECT_EQ(widgets.get({"three", "a"}), nullptr);
  const std::string uid = kube::uid_of(*widgets.get({"two", "a"}));
  EXPECT_TRUE(eventually(
      [&] { return replica.manager.cache().kind(kConfigMap).owned_by(uid).size() == 1; }));
  EXPECT_THROW((void)replica.manager.cache().kind(kLease), std::logic_error);
  EXPECT_EQ(client_.count([](const FakeRequest& request) {
    return request.verb == Verb::kWatch && request.gvk == kWidget && request.key.ns.empty();
  }),
            0U);
}

TEST_F(ManagerTest, SaysWhatItWaitsForUntilCachesAreSynced) {
  client_.undefine(kWidget);
  Replica replica(client_, clock_, options());
  replica.start();
  ASSERT_TRUE(eventually([&] {
    const auto problem = replica.manager.not_ready();
    return problem && problem->find("install its CustomResourceDefinition") != std::string::npos;
  }));
  EXPECT_THAT(*replica.manager.not_ready(), HasSubstr("example.com/v1 Widget"));
  client_.define({kWidget, "widgets", true});
  EXPECT_TRUE(comes([&] { return replica.manager.not_ready() == std::nullopt; }));
}

TEST_F(ManagerTest, GivesUpWhenCachesDoNotSync) {
  client_.undefine(kWidget);
  Replica replica(client_, clock_, options());
  replica.start();
  ASSERT_TRUE(eventually([&] {
    clock_.advance(1s);
    return replica.has_ended.load();
  }));
  EXPECT_EQ(replica.ended, Manager::Ended::kCachesNotSynced);
}

TEST_F(ManagerTest, ServesHealthReadinessAndMetrics) {
  ManagerOptions with = options();
  with.health = base::HealthServerOptions{.address = "127.0.0.1", .port = 0};
  Replica replica(client_, clock_, std::move(with));
  EXPECT_EQ(replica.manager.health_port(), 0);
  replica.start();
  EXPECT_TRUE(eventually([&] { return replica.manager.health_port() != 0; }));
  ASSERT_TRUE(comes([&] { return replica.manager.not_ready() == std::nullopt; }));
  replica.stop();
  EXPECT_EQ(replica.manager.health_port(), 0);
}

TEST_F(ManagerTest, FollowerIsReadyWritesNothingAndTakesOver) {
  client_.put(widget("one", "a", "1"));
  Replica first(client_, clock_, electing("first"));
  first.start();
  ASSERT_TRUE(comes([&] { return value("one", "a") == "1"; }));
  EXPECT_TRUE(first.manager.is_leader());
  Replica second(client_, clock_, electing("second"));
  second.start();
  ASSERT_TRUE(eventually([&] {
    clock_.advance(1ms);
    return second.manager.not_ready() == std::nullopt;
  })) << "readiness does not depend on leadership";
  EXPECT_FALSE(second.manager.is_leader());
  EXPECT_EQ(holder(), "first");
  first.stop();
  EXPECT_EQ(first.ended, Manager::Ended::kStopped);
  // No time has passed: it has not expired.
  EXPECT_NE(holder(), "first") << "the lease was given back";
  client_.put(widget("one", "b", "2"));
  EXPECT_TRUE(comes([&] { return value("one", "b") == "2"; }));
  EXPECT_EQ(holder(), "second");
}

TEST_F(ManagerTest, LosingTheLeaseEndsTheProcess) {
  Replica replica(client_, clock_, electing("first"));
  replica.start();
  ASSERT_TRUE(comes([&] { return replica.manager.is_leader(); }));
  Json lease = *client_.peek(kLease, kLeaseKey);
  lease["spec"]["holderIdentity"] = "usurper";
  client_.put(lease);
  ASSERT_TRUE(comes([&] { return replica.has_ended.load(); }));
  EXPECT_EQ(replica.ended, Manager::Ended::kLostLease);
  EXPECT_EQ(holder(), "usurper") << "what is not ours is not given back";
}

TEST_F(ManagerTest, ReconcileThatDoesNotStopIsAbandonedAfterTheGracePeriod) {
  std::atomic<bool> abandoned = false;
  ManagerOptions with = electing("first");
  with.graceful_stop = 2s;  // much shorter than the lease, which goes on being renewed
  Replica* stuck = nullptr;
  with.abandon = [&](const std::string& why) {
    EXPECT_EQ(why, "reconciles did not stop in time");
    EXPECT_EQ(holder(), "first") << "the lease is held as long as something may write";
    abandoned = true;
    stuck->reconciler.hang = false;
  };
  Replica replica(client_, clock_, std::move(with));
  stuck = &replica;
  replica.reconciler.hang = true;
  client_.put(widget("one", "a"));
  replica.start();
  ASSERT_TRUE(comes([&] {
    return replica.metrics.exposition().find(
               R"(controller_runtime_active_workers{controller="widget"} 1)") != std::string::npos;
  }));
  replica.request_stop();
  const auto started = clock_.monotonic();
  ASSERT_TRUE(comes([&] { return abandoned.load(); }));
  EXPECT_GE(clock_.monotonic() - started, 2s);
  ASSERT_TRUE(eventually([&] { return replica.has_ended.load(); }));
}

TEST_F(ManagerTest, EventsAreWrittenInTheObjectsNamespaceAlsoAtTheEnd) {
  client_.put(widget("one", "a"));
  Replica replica(client_, clock_, options());
  replica.start();
  ASSERT_TRUE(comes([&] { return value("one", "a") == "v"; }));
  replica.stop();
  const auto events = client_.peek_all({"", "v1", "Event"});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["metadata"]["namespace"], "one");
  EXPECT_EQ(events[0]["involvedObject"]["kind"], "Widget");
}

TEST_F(ManagerTest, OneKindInTwoWaysIsRefused) {
  Replica replica(client_, clock_, options());
  ControllerOptions other;
  other.name = "other";
  other.primary = {.gvk = kConfigMap, .label_selector = "app=x"};
  EXPECT_THROW(replica.manager.add_controller(other, replica.reconciler), std::invalid_argument);
}

}  // namespace
}  // namespace argus::runtime
