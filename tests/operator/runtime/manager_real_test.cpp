// The manager, leader election, references and events against a real kube-apiserver.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "base/clock.h"
#include "fakes/eventually.h"
#include "real_cluster.h"
#include "runtime/manager.h"

namespace argus::runtime {
namespace {

using fakes::eventually;
using kube::Json;
using namespace std::chrono_literals;

const kube::Resource kConfigMaps{{"", "v1", "ConfigMap"}, "configmaps", true};
const kube::Resource kEvents{{"", "v1", "Event"}, "events", true};
const kube::Resource kLeases{{"coordination.k8s.io", "v1", "Lease"}, "leases", true};
constexpr const char* kManager = "runtime-test";

// Kinds are the whole server's: each test has its own.
kube::Resource unique_kind() {
  std::random_device random;
  const std::string number = std::to_string(random());
  return {{"k" + number + ".example.com", "v1", "Gadget"}, "gadgets", true};
}

// Copies the value of each ConfigMap "source" to a ConfigMap "copy", and says whether gadgets are
// served.
class CopyReconciler final : public Reconciler {
 public:
  CopyReconciler(kube::Client& client, Manager& manager, kube::GroupVersionKind gadget)
      : client_(client), manager_(manager), gadget_(std::move(gadget)) {}

  Result reconcile(const Request& request, std::stop_token stop) override {
    const CachedKind& maps = manager_.cache().kind(kConfigMaps.gvk);
    const kube::SharedObject source = maps.get(request.key);
    if (request.key.name != "source" || !source) return {};
    Json copy = Json::object();
    copy["apiVersion"] = "v1";
    copy["kind"] = "ConfigMap";
    copy["metadata"] = {{"namespace", request.key.ns}, {"name", "copy"}};
    copy["data"]["value"] = source->at("data").value("value", "");
    copy["data"]["gadgets"] = manager_.cache().kind(gadget_).served() ? "served" : "missing";
    const kube::SharedObject present = maps.get({request.key.ns, "copy"});
    if (present && present->at("data") == copy["data"]) return {};
    client_.apply(kConfigMaps, copy, kManager, "", stop);
    manager_.events().record(*source, kube::EventType::kNormal, "Copied", "copied source to copy");
    return {};
  }

 private:
  kube::Client& client_;
  Manager& manager_;
  const kube::GroupVersionKind gadget_;
};

class Replica {
 public:
  Replica(RealCluster& cluster, const kube::Resource& gadget, const std::string& identity)
      : client_(cluster.another_client()),
        manager(*client_, base::system_clock(), metrics, options(cluster.ns(), identity)),
        reconciler_(*client_, manager, gadget.gvk) {
    ControllerOptions controller;
    controller.name = "copy";
    controller.primary = {.gvk = kConfigMaps.gvk, .requests_for = [](const Json& object) {
                            return std::vector<Request>{{{kube::key_of(object).ns, "source"}}};
                          }};
    controller.others = {{.gvk = gadget.gvk, .optional = true}};
    manager.add_controller(std::move(controller), reconciler_);
  }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { ended = manager.run(std::move(stop)); });
  }
  void stop() { thread_ = {}; }

 private:
  static ManagerOptions options(const std::string& ns, const std::string& identity) {
    ManagerOptions options;
    options.namespaces = {ns};
    options.event_source = {kManager, identity};
    options.leader_election = LeaderElectionOptions{.ns = ns, .name = "copy", .identity = identity};
    options.leader_election->lease_duration = 4s;
    options.leader_election->renew_deadline = 3s;
    options.leader_election->retry_period = 500ms;
    return options;
  }

  base::Metrics metrics;
  std::unique_ptr<kube::Client> client_;

 public:
  Manager manager;
  std::optional<Manager::Ended> ended;

 private:
  CopyReconciler reconciler_;
  std::jthread thread_;
};

class ManagerRealTest : public testing::Test {
 protected:
  RealCluster cluster_;
  const kube::Resource gadget_ = unique_kind();

  void put_source(const std::string& value) {
    Json object = Json::object();
    object["apiVersion"] = "v1";
    object["kind"] = "ConfigMap";
    object["metadata"] = {{"namespace", cluster_.ns()}, {"name", "source"}};
    object["data"]["value"] = value;
    cluster_.client().apply(kConfigMaps, object, "somebody", "", {});
  }
  std::string copied(const std::string& field = "value") {
    const auto copy = cluster_.client().get(kConfigMaps, {cluster_.ns(), "copy"}, {});
    return copy ? copy->at("data").value(field, "") : "";
  }
  std::string holder() {
    const auto lease = cluster_.client().get(kLeases, {cluster_.ns(), "copy"}, {});
    return lease ? lease->at("spec").value("holderIdentity", "") : "";
  }
};

TEST_F(ManagerRealTest, ReconcilesRepairsAndRecordsEvents) {
  put_source("1");
  Replica replica(cluster_, gadget_, "one");
  replica.start();
  ASSERT_TRUE(eventually([&] { return copied() == "1"; }));
  cluster_.client().remove(kConfigMaps, {cluster_.ns(), "copy"}, {}, {});
  ASSERT_TRUE(eventually([&] { return copied() == "1"; }));
  put_source("2");
  ASSERT_TRUE(eventually([&] { return copied() == "2"; }));
  kube::ListOptions of_source;
  of_source.ns = cluster_.ns();
  of_source.field_selector = "involvedObject.name=source,reason=Copied";
  ASSERT_TRUE(eventually([&] {
    const auto events = cluster_.client().list(kEvents, of_source, {}).items;
    return events.size() == 1 && events[0].value("count", 0) == 3;
  }));
  replica.stop();
  EXPECT_EQ(replica.ended, Manager::Ended::kStopped);
  EXPECT_EQ(holder(), "");
}

TEST_F(ManagerRealTest, OptionalKindIsPickedUpWhenInstalledAndLeftWhenRemoved) {
  put_source("1");
  Replica replica(cluster_, gadget_, "one");
  replica.start();
  ASSERT_TRUE(eventually([&] { return copied("gadgets") == "missing"; }));
  cluster_.define(gadget_);
  // Sooner than the informer would ask by itself.
  ASSERT_TRUE(eventually([&] { return copied("gadgets") == "served"; }, 9s));
  cluster_.undefine(gadget_);
  ASSERT_TRUE(eventually([&] { return copied("gadgets") == "missing"; }));
}

TEST_F(ManagerRealTest, FollowerTakesOverFromALeaderThatStops) {
  put_source("1");
  Replica one(cluster_, gadget_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return copied() == "1"; }));
  Replica two(cluster_, gadget_, "two");
  two.start();
  ASSERT_TRUE(eventually([&] { return two.manager.not_ready() == std::nullopt; }));
  EXPECT_EQ(holder(), "one");
  one.stop();
  put_source("2");
  EXPECT_TRUE(eventually([&] { return copied() == "2"; }));
  EXPECT_EQ(holder(), "two");
}

// Killed: no lease is given back, and the other waits until it expires.
TEST_F(ManagerRealTest, FollowerTakesOverFromALeaderThatIsKilled) {
  const auto client = cluster_.another_client();
  base::Metrics metrics;
  LeaderElectionOptions options{.ns = cluster_.ns(), .name = "copy", .identity = "one"};
  options.lease_duration = 4s;
  options.renew_deadline = 3s;
  options.retry_period = 500ms;
  LeaderElector killed(*client, base::system_clock(), metrics, options);
  {
    std::atomic<bool> led = false;
    const std::jthread thread([&](std::stop_token stop) {
      led = killed.acquire(stop);
      (void)killed.hold(stop);
    });
    ASSERT_TRUE(eventually([&] { return led.load(); }));
  }
  put_source("1");
  Replica two(cluster_, gadget_, "two");
  two.start();
  EXPECT_TRUE(eventually([&] { return copied() == "1"; }));
  EXPECT_EQ(holder(), "two");
  const auto lease = cluster_.client().get(kLeases, {cluster_.ns(), "copy"}, {});
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->at("spec").value("leaseTransitions", 0), 1);
}

TEST_F(ManagerRealTest, ReferencedObjectIsFollowedByName) {
  const auto client = cluster_.another_client();
  ServedKinds served_kinds(*client);
  SharedInformers informers(*client, base::system_clock(), served_kinds, true, {});
  References references(informers);
  std::atomic<int> told = 0;
  references.notify([&told](const Request&) { ++told; });
  informers.start();
  const ObjectReference source{kConfigMaps.gvk, {cluster_.ns(), "source"}};
  references.follow({{cluster_.ns(), "who"}}, {source});
  using State = kube::FollowedObject::State;
  ASSERT_TRUE(eventually([&] { return references.get(source).state == State::kAbsent; }));
  put_source("1");
  ASSERT_TRUE(eventually([&] { return references.get(source).state == State::kPresent; }));
  EXPECT_TRUE(eventually([&] { return told >= 2; }));
  references.clear();
}

}  // namespace
}  // namespace argus::runtime
