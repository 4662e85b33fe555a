// The controller with an API server in memory; the test does what Kubernetes' volume controller
// does.
#include "node_volumes/volume_reconciler.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/metrics.h"
#include "fakes/eventually.h"
#include "fakes/fake_client.h"
#include "fakes/temporary_directory.h"
#include "runtime/manager.h"

namespace argus::node {
namespace {

namespace fs = std::filesystem;
using fakes::eventually;
using fakes::FakeClient;
using fakes::FakeRequest;
using fakes::Verb;
using kube::Json;

const kube::GroupVersionKind kVolume{"", "v1", "PersistentVolume"};
const kube::GroupVersionKind kClaim{"", "v1", "PersistentVolumeClaim"};
const kube::ObjectKey kClaimKey{"data", "disk"};

class VolumeReconcilerTest : public testing::Test {
 protected:
  VolumeReconcilerTest() {
    client_.define({kVolume, "persistentvolumes", false});
    client_.put(Json::parse(R"({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
      "metadata": {"name": "standard"}, "provisioner": "argus.dev/local"})"));
  }

  void put_claim() {
    client_.put(Json::parse(R"({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": {"namespace": "data", "name": "disk",
                   "annotations": {"volume.kubernetes.io/selected-node": "node"}},
      "spec": {"storageClassName": "standard", "accessModes": ["ReadWriteOnce"],
               "resources": {"requests": {"storage": "1Gi"}}},
      "status": {"phase": "Pending"}})"));
    uid_ = kube::uid_of(*client_.peek(kClaim, kClaimKey));
  }
  [[nodiscard]] kube::ObjectKey volume_key() const { return {"", "pvc-" + uid_}; }
  [[nodiscard]] std::optional<Json> volume() const { return client_.peek(kVolume, volume_key()); }
  [[nodiscard]] fs::path directory() const { return root_ / ("data-disk-" + uid_); }

  void change_volume(const std::function<void(Json&)>& change) {
    Json changed = *volume();
    change(changed);
    client_.put(changed);
  }
  void change_claim(const std::function<void(Json&)>& change) {
    Json changed = *client_.peek(kClaim, kClaimKey);
    change(changed);
    client_.put(changed);
  }
  void bind() {
    change_volume([](Json& json) { json["status"]["phase"] = "Bound"; });
    change_claim([this](Json& json) {
      json["spec"]["volumeName"] = volume_key().name;
      json["status"]["phase"] = "Bound";
      json["status"]["capacity"]["storage"] = "1Gi";
    });
  }
  void release() {
    client_.erase(kClaim, kClaimKey);
    change_volume([](Json& json) { json["status"]["phase"] = "Released"; });
  }
  void provision() {
    put_claim();
    ASSERT_TRUE(eventually([&] { return volume().has_value(); }));
    bind();
  }
  [[nodiscard]] std::size_t writes() const {
    return client_.count([](const FakeRequest& request) {
      return request.is_write() && request.gvk.kind != "Event";
    });
  }

  struct Agent {
    explicit Agent(VolumeReconcilerTest& test)
        : manager(test.client_, base::system_clock(), metrics, {}),
          reconciler(test.client_, manager.cache(), manager.events(), test.root_) {
      manager.add_controller(volume_controller_options(), reconciler);
      thread = std::jthread([this](std::stop_token stop) {
        EXPECT_EQ(manager.run(std::move(stop)), runtime::Manager::Ended::kStopped);
      });
    }
    base::Metrics metrics;
    runtime::Manager manager;
    VolumeReconciler reconciler;
    std::jthread thread;
  };

  FakeClient client_;
  const fakes::TemporaryDirectory around_;
  const fs::path root_ = fs::canonical(around_.path()) / "volumes";
  std::string uid_;
};

TEST_F(VolumeReconcilerTest, AVolumeLivesAndDiesWithItsClaim) {
  Agent agent(*this);
  provision();
  EXPECT_EQ(volume()->at("spec").at("local").at("path"), directory().string());
  ASSERT_TRUE(fs::is_directory(directory()));
  around_.write("volumes/data-disk-" + uid_ + "/file", "data");
  release();
  EXPECT_TRUE(eventually([&] { return !volume().has_value(); }));
  EXPECT_FALSE(fs::exists(directory()));
}

TEST_F(VolumeReconcilerTest, AClaimGrows) {
  Agent agent(*this);
  provision();
  change_claim([](Json& json) {
    json["spec"]["resources"]["requests"]["storage"] = "3Gi";
    json["status"]["conditions"] = Json::parse(
        R"([{"type": "Resizing", "status": "True"}, {"type": "ModifyingVolume", "status": "True"}])");
  });
  ASSERT_TRUE(eventually([&] {
    return client_.peek(kClaim, kClaimKey)->at("status").at("capacity").at("storage") == "3Gi";
  }));
  EXPECT_EQ(volume()->at("spec").at("capacity").at("storage"), "3Gi")
      << "a claim never has more than its volume";
  const Json conditions = client_.peek(kClaim, kClaimKey)->at("status").at("conditions");
  ASSERT_EQ(conditions.size(), 1U);
  EXPECT_EQ(conditions[0]["type"], "ModifyingVolume") << "it is not ours";
}

TEST_F(VolumeReconcilerTest, ASecondAgentFindsNothingToDo) {
  {
    Agent agent(*this);
    provision();
  }
  client_.forget_requests();
  Agent second(*this);
  ASSERT_TRUE(eventually([&] {
    return second.metrics.exposition().find("controller=\"localvolume\",result=\"success\"} 1") !=
           std::string::npos;
  }));
  EXPECT_EQ(writes(), 0U);
}

// Whatever request fails, and whether it had its effect or not, the next attempt goes on from
// there.
TEST_F(VolumeReconcilerTest, GoesOnAfterAFailureAtAnyStep) {
  std::atomic<int> failures = 0;
  std::atomic<bool> fail_next = true;
  client_.intercept([&](const FakeRequest& request, std::stop_token) {
    if (!request.is_write() || request.gvk.kind == "Event") return;
    // Every other write is refused.
    if (!fail_next.exchange(!fail_next)) return;
    ++failures;
    throw kube::ApiError(500, "InternalError", "etcdserver: request timed out");
  });
  Agent agent(*this);
  provision();
  change_claim([](Json& json) { json["spec"]["resources"]["requests"]["storage"] = "2Gi"; });
  ASSERT_TRUE(eventually([&] {
    return client_.peek(kClaim, kClaimKey)->at("status").at("capacity").at("storage") == "2Gi";
  }));
  release();
  EXPECT_TRUE(eventually([&] { return !volume().has_value(); }));
  EXPECT_FALSE(fs::exists(directory()));
  EXPECT_GE(failures, 4);
}

TEST_F(VolumeReconcilerTest, OneThatFailsDoesNotStopTheOthers) {
  Agent agent(*this);
  provision();
  const fs::path first = directory();
  const kube::ObjectKey first_volume = volume_key();
  fs::remove(first);
  around_.write(fs::relative(first, around_.path()), "a file in its place");
  release();
  provision();
  EXPECT_TRUE(fs::is_directory(directory()));
  EXPECT_TRUE(client_.peek(kVolume, first_volume)) << "it is not forgotten either";
  fs::remove(first);
  EXPECT_TRUE(eventually([&] { return !client_.peek(kVolume, first_volume); }));
}

}  // namespace
}  // namespace argus::node
