// The informer against a real kube-apiserver: WatchList, list and watch, 410, churn.
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "base/clock.h"
#include "fakes/eventually.h"
#include "real_cluster.h"
#include "runtime/informer.h"
#include "tampering_client.h"

namespace argus::runtime {
namespace {

using fakes::eventually;
using kube::Json;

const kube::Resource kConfigMaps{{"", "v1", "ConfigMap"}, "configmaps", true};
constexpr const char* kManager = "runtime-test";

class InformerRealTest : public testing::Test {
 protected:
  RealCluster cluster_;
  TamperingClient client_{cluster_.client()};
  ServedKinds served_kinds_{client_};
  std::unique_ptr<Informer> informer_;
  std::jthread thread_;

  void run(bool watch_list) {
    const Selection selection{.gvk = kConfigMaps.gvk, .ns = cluster_.ns()};
    informer_ = std::make_unique<Informer>(client_, base::system_clock(), served_kinds_, selection,
                                           InformerOptions{.watch_list = watch_list});
    thread_ = std::jthread([this](std::stop_token stop) { informer_->run(std::move(stop)); });
  }
  void TearDown() override { thread_ = {}; }

  void put(kube::Client& client, const std::string& name, const std::string& value) {
    Json object = Json::object();
    object["apiVersion"] = "v1";
    object["kind"] = "ConfigMap";
    object["metadata"] = {{"namespace", cluster_.ns()}, {"name", name}};
    object["data"]["value"] = value;
    client.apply(kConfigMaps, object, kManager, "", {});
  }
  void put(const std::string& name, const std::string& value = "") {
    put(cluster_.client(), name, value);
  }
  void remove(const std::string& name) {
    cluster_.client().remove(kConfigMaps, {cluster_.ns(), name}, {}, {});
  }

  // Resource version by name, without what the controller manager puts into every namespace.
  using Versions = std::map<std::string, std::string>;
  static constexpr const char* kPublished = "kube-root-ca.crt";
  Versions at_the_server() {
    Versions versions;
    kube::ListOptions options;
    options.ns = cluster_.ns();
    do {
      const kube::ListPage page = cluster_.client().list(kConfigMaps, options, {});
      for (const Json& item : page.items) {
        versions[kube::key_of(item).name] = kube::resource_version_of(item);
      }
      options.continue_token = page.continue_token;
    } while (!options.continue_token.empty());
    versions.erase(kPublished);
    return versions;
  }
  Versions in_the_store() const {
    Versions versions;
    for (const kube::SharedObject& object : informer_->store().list()) {
      versions[kube::key_of(*object).name] = kube::resource_version_of(*object);
    }
    versions.erase(kPublished);
    return versions;
  }
  [[nodiscard]] bool synced() const {
    return eventually([&] { return informer_->status().synced; });
  }
};

TEST_F(InformerRealTest, WatchListNeedsNoList) {
  for (int i = 0; i < 20; ++i) put("object-" + std::to_string(i));
  run(true);
  ASSERT_TRUE(synced());
  EXPECT_EQ(in_the_store(), at_the_server());
  put("later");
  remove("object-0");
  EXPECT_TRUE(eventually([&] {
    return informer_->store().get({cluster_.ns(), "later"}) &&
           !informer_->store().get({cluster_.ns(), "object-0"});
  }));
  EXPECT_EQ(client_.lists, 0);
  EXPECT_EQ(client_.watch_lists, 1);
}

TEST_F(InformerRealTest, ListAndWatchInPages) {
  constexpr int kObjects = 520;  // more than a page
  for (int i = 0; i < kObjects; ++i) put("object-" + std::to_string(i));
  run(false);
  ASSERT_TRUE(synced());
  EXPECT_EQ(in_the_store(), at_the_server());
  EXPECT_EQ(client_.lists, 2);
  EXPECT_EQ(client_.watch_lists, 0);
  put("later");
  EXPECT_TRUE(eventually([&] {
    return informer_->store().get({cluster_.ns(), "later"}) != nullptr;
  }));
}

TEST_F(InformerRealTest, CutWatchIsTakenUpWhereItEnded) {
  run(true);
  ASSERT_TRUE(synced());
  for (int round = 0; round < 3; ++round) {
    const std::string name = "round-" + std::to_string(round);
    client_.cut();
    put(name);
    ASSERT_TRUE(eventually([&] {
      return informer_->store().get({cluster_.ns(), name}) != nullptr;
    }));
  }
  EXPECT_EQ(client_.watch_lists + client_.lists, 1);
}

class ExpiredWatch : public InformerRealTest, public testing::WithParamInterface<bool> {};

TEST_P(ExpiredWatch, ListsAgainAndLosesNothing) {
  put("kept");
  put("changed", "1");
  put("deleted");
  run(GetParam());
  ASSERT_TRUE(synced());
  ASSERT_EQ(in_the_store().size(), 3U);
  client_.closed = true;
  client_.cut();
  put("changed", "2");
  remove("deleted");
  put("created");
  client_.outdate = true;
  client_.closed = false;
  ASSERT_TRUE(eventually([&] { return client_.expired == 1; })) << "the server's own 410";
  EXPECT_TRUE(eventually([&] { return in_the_store() == at_the_server(); }));
  EXPECT_EQ(client_.lists + client_.watch_lists, 2);
}

INSTANTIATE_TEST_SUITE_P(Modes, ExpiredWatch, testing::Bool(), [](const auto& mode) {
  return mode.param ? "WatchList" : "ListAndWatch";
});

// A thousand objects, changed and deleted from four sides while watches are cut and expire.
TEST_F(InformerRealTest, StoreEndsExactlyAsTheServerUnderChurn) {
  constexpr int kSides = 4;
  constexpr int kObjectsOfASide = 250;
  run(true);
  ASSERT_TRUE(synced());
  std::jthread trouble([this](std::stop_token stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      base::system_clock().sleep_for(std::chrono::milliseconds(150), stop);
      client_.outdate = i % 3 == 2;
      client_.cut();
    }
  });
  std::vector<std::jthread> sides;
  for (int side = 0; side < kSides; ++side) {
    sides.emplace_back([this, side] {
      const auto client = cluster_.another_client();
      const auto name = [side](int i) { return std::to_string(side) + "-" + std::to_string(i); };
      for (int i = 0; i < kObjectsOfASide; ++i) put(*client, name(i), "1");
      for (int i = 0; i < kObjectsOfASide; i += 2) put(*client, name(i), "2");
      for (int i = 0; i < kObjectsOfASide; i += 5) {
        client->remove(kConfigMaps, {cluster_.ns(), name(i)}, {}, {});
      }
    });
  }
  sides.clear();
  trouble = {};
  const Versions wanted = at_the_server();
  EXPECT_EQ(wanted.size(), 800U);
  EXPECT_TRUE(eventually([&] { return in_the_store() == wanted; }));
  std::cout << "watches " << client_.watches << ", lists " << client_.lists << ", WatchLists "
            << client_.watch_lists << ", expired " << client_.expired << "\n";
}

}  // namespace
}  // namespace argus::runtime
