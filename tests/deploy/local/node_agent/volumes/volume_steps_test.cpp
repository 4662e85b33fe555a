#include "node_volumes/volume_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node_volumes/persistent_volume.h"

namespace argus::node {
namespace {

using kube::Json;
using kube::SharedObject;
using testing::HasSubstr;

const std::filesystem::path kRoot = "/volumes";

SharedObject object(Json json) { return std::make_shared<const Json>(std::move(json)); }

class VolumeStepsTest : public testing::Test {
 protected:
  Json storage_class = Json::parse(R"({"metadata": {"name": "standard"},
    "provisioner": "argus.dev/local", "reclaimPolicy": "Delete"})");
  Json claim = Json::parse(R"({
    "metadata": {"namespace": "data", "name": "disk", "uid": "u1",
                 "annotations": {"volume.kubernetes.io/selected-node": "node"}},
    "spec": {"storageClassName": "standard", "accessModes": ["ReadWriteOnce"],
             "resources": {"requests": {"storage": "1Gi"}}},
    "status": {"phase": "Pending"}})");

  // The claim and its volume, as they are once bound.
  Json bound_claim() const {
    Json bound = claim;
    bound["spec"]["volumeName"] = "pvc-u1";
    bound["status"] = {{"phase", "Bound"}};
    bound["status"]["capacity"]["storage"] = "1Gi";
    return bound;
  }
  Json volume(const char* phase) const {
    Json json = persistent_volume(claim, storage_class, "node", kRoot / "data-disk-u1");
    json["status"]["phase"] = phase;
    return json;
  }
  std::vector<VolumeStep> steps(const std::vector<Json>& claims,
                                const std::vector<Json>& volumes) const {
    VolumeWorld world;
    for (const Json& one : claims) world.claims.push_back(object(one));
    for (const Json& one : volumes) world.volumes.push_back(object(one));
    world.classes.push_back(object(storage_class));
    return steps_for(world, kRoot);
  }
  std::string refusal(const std::vector<VolumeStep>& steps) const {
    if (steps.size() != 1 || !std::holds_alternative<Refuse>(steps[0])) return "";
    return std::get<Refuse>(steps[0]).message;
  }
};

TEST_F(VolumeStepsTest, AClaimWithANodeGetsAVolume) {
  const auto due = steps({claim}, {});
  ASSERT_EQ(due.size(), 1U);
  const auto& create = std::get<CreateVolume>(due[0]);
  EXPECT_EQ(create.directory, "data-disk-u1");
  EXPECT_EQ(create.volume["spec"]["local"]["path"], "/volumes/data-disk-u1");
}

TEST_F(VolumeStepsTest, NothingIsDueBeforeTheNodeIsChosenOrOnceTheVolumeIsThere) {
  EXPECT_TRUE(steps({claim}, {volume("Available")}).empty());
  EXPECT_TRUE(steps({bound_claim()}, {volume("Bound")}).empty());
  claim["metadata"].erase("annotations");
  EXPECT_TRUE(steps({claim}, {}).empty());
}

TEST_F(VolumeStepsTest, ClaimsOfOthersAreNotTouched) {
  Json named = claim;
  named["spec"]["volumeName"] = "by-hand";
  EXPECT_TRUE(steps({named}, {}).empty()) << "it waits for a volume that somebody chose";
  Json leaving = claim;
  leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_TRUE(steps({leaving}, {}).empty());
  storage_class["provisioner"] = "example.com/disk";
  EXPECT_TRUE(steps({claim}, {}).empty());
  claim["spec"]["storageClassName"] = "unknown";
  EXPECT_TRUE(steps({claim}, {}).empty());
}

TEST_F(VolumeStepsTest, WhatCannotBeServedIsRefusedWithASentence) {
  Json block = claim;
  block["spec"]["volumeMode"] = "Block";
  EXPECT_THAT(refusal(steps({block}, {})), HasSubstr("set volumeMode to Filesystem"));
  Json selecting = claim;
  selecting["spec"]["selector"] = Json::object();
  EXPECT_THAT(refusal(steps({selecting}, {})), HasSubstr("remove spec.selector"));
  Json copying = claim;
  copying["spec"]["dataSource"] = {{"kind", "VolumeSnapshot"}, {"name", "s"}};
  EXPECT_THAT(refusal(steps({copying}, {})), HasSubstr("start empty"));
}

TEST_F(VolumeStepsTest, AClaimThatAsksForMoreGrowsTheVolumeThenTheClaim) {
  Json wants_more = bound_claim();
  wants_more["spec"]["resources"]["requests"]["storage"] = "2048Mi";
  const auto due = steps({wants_more}, {volume("Bound")});
  ASSERT_EQ(due.size(), 1U) << "the claim waits until the volume has it";
  EXPECT_EQ(std::get<GrowVolume>(due[0]).capacity, "2Gi");
  Json grown = volume("Bound");
  grown["spec"]["capacity"]["storage"] = "2Gi";
  const auto left = steps({wants_more}, {grown});
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(std::get<GrowClaim>(left[0]).capacity, "2Gi");
}

TEST_F(VolumeStepsTest, TheSameAmountWrittenOtherwiseIsNoGrowth) {
  Json same = bound_claim();
  same["spec"]["resources"]["requests"]["storage"] = "1024Mi";
  EXPECT_TRUE(steps({same}, {volume("Bound")}).empty());
  same["spec"]["resources"]["requests"]["storage"] = "512Mi";
  EXPECT_TRUE(steps({same}, {volume("Bound")}).empty());
}

TEST_F(VolumeStepsTest, OnlyVolumesOfOursAndOfThisClaimGrow) {
  Json wants_more = bound_claim();
  wants_more["spec"]["resources"]["requests"]["storage"] = "2Gi";
  Json foreign = volume("Bound");
  foreign["metadata"].erase("annotations");
  EXPECT_TRUE(steps({wants_more}, {foreign}).empty());
  Json of_another = volume("Bound");
  of_another["spec"]["claimRef"]["uid"] = "u2";
  EXPECT_TRUE(steps({wants_more}, {of_another}).empty());
  EXPECT_TRUE(steps({wants_more}, {}).empty());
}

TEST_F(VolumeStepsTest, AReleasedVolumeIsDeletedWithItsDirectory) {
  const auto due = steps({}, {volume("Released")});
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(std::get<DeleteVolume>(due[0]).directory, "data-disk-u1");
  EXPECT_TRUE(steps({}, {volume("Available")}).empty()) << "its claim is about to be bound";
}

TEST_F(VolumeStepsTest, AVolumeThatIsRetainedKeepsItsDirectory) {
  Json retained = volume("Released");
  retained["spec"]["persistentVolumeReclaimPolicy"] = "Retain";
  EXPECT_TRUE(steps({}, {retained}).empty());
  retained["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  const auto due = steps({}, {retained});
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(std::get<DeleteVolume>(due[0]).directory, "");
}

TEST_F(VolumeStepsTest, AVolumeThatSomebodyDeletesWaitsForItsClaim) {
  Json bound = volume("Bound");
  bound["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_TRUE(steps({bound_claim()}, {bound}).empty());
  bound["status"]["phase"] = "Released";
  EXPECT_EQ(steps({}, {bound}).size(), 1U);
}

TEST_F(VolumeStepsTest, NothingOutsideTheRootIsDeleted) {
  for (const char* path :
       {"/etc", "/volumes", "/volumes/..", "/volumes/../etc", "/volumes/a/b", ""}) {
    Json elsewhere = volume("Released");
    elsewhere["spec"]["local"]["path"] = path;
    EXPECT_THAT(refusal(steps({}, {elsewhere})), HasSubstr("not a directory in /volumes")) << path;
  }
  Json foreign = volume("Released");
  foreign["metadata"]["annotations"]["pv.kubernetes.io/provisioned-by"] = "example.com/disk";
  EXPECT_TRUE(steps({}, {foreign}).empty());
}

}  // namespace
}  // namespace argus::node
