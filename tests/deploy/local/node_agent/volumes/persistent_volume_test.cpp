#include "node_volumes/persistent_volume.h"

#include <gtest/gtest.h>

namespace argus::node {
namespace {

using kube::Json;

Json claim(const std::string& name) {
  Json json = Json::parse(R"({
    "metadata": {"namespace": "data", "uid": "0f0e8bb2-7d6c-4f0e-9a3a-6f1d5f0e8bb2"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}})");
  json["metadata"]["name"] = name;
  return json;
}

TEST(PersistentVolumeTest, BelongsToItsClaimAndItsNode) {
  Json storage_class = {{"metadata", {{"name", "standard"}}}, {"reclaimPolicy", "Retain"}};
  EXPECT_EQ(persistent_volume(claim("data-redpanda-0"), storage_class, "node-1", "/volumes/x"),
            Json::parse(R"({
    "apiVersion": "v1", "kind": "PersistentVolume",
    "metadata": {"name": "pvc-0f0e8bb2-7d6c-4f0e-9a3a-6f1d5f0e8bb2",
                 "annotations": {"pv.kubernetes.io/provisioned-by": "argus.dev/local"},
                 "finalizers": ["argus.dev/local-directory"]},
    "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
             "volumeMode": "Filesystem", "storageClassName": "standard",
             "persistentVolumeReclaimPolicy": "Retain",
             "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": "data",
                          "name": "data-redpanda-0",
                          "uid": "0f0e8bb2-7d6c-4f0e-9a3a-6f1d5f0e8bb2"},
             "local": {"path": "/volumes/x"},
             "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
               {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-1"]}]}]}}}})"));
}

TEST(PersistentVolumeTest, IsDeletedWithItsClaimUnlessTheClassSaysOtherwise) {
  Json storage_class = {{"metadata", {{"name", "standard"}}}};
  const Json volume = persistent_volume(claim("a"), storage_class, "n", "/v/a");
  EXPECT_EQ(volume["spec"]["persistentVolumeReclaimPolicy"], "Delete");
  EXPECT_TRUE(is_ours(volume));
  EXPECT_TRUE(holds_directory(volume));
  EXPECT_FALSE(is_ours(Json::parse(R"({"metadata": {}})")));
}

TEST(PersistentVolumeTest, TheDirectoryCanBeToldByPeopleAndIsNeverTooLong) {
  EXPECT_EQ(directory_name(claim("data-redpanda-0")),
            "data-data-redpanda-0-0f0e8bb2-7d6c-4f0e-9a3a-6f1d5f0e8bb2");
  const std::string longest = directory_name(claim(std::string(253, 'c')));
  EXPECT_EQ(longest.size(), 255U);
  EXPECT_EQ(longest.substr(longest.size() - 8), "5f0e8bb2") << "the UID tells it from others";
}

TEST(PersistentVolumeTest, OnlyAPathDirectlyInTheRootIsADirectoryOfOurs) {
  const std::filesystem::path root = "/volumes";
  EXPECT_EQ(directory_within("/volumes/data-a-1", root), "data-a-1");
  for (const char* path : {"", "/", "/volumes", "/volumes/", "/volumes/.", "/volumes/..",
                           "/volumes/../etc", "/volumes/a/b", "/volumes/a/../b", "/volumes//a",
                           "/other/a", "volumes/a", "a", "/volumes2/a"}) {
    EXPECT_EQ(directory_within(path, root), std::nullopt) << path;
  }
}

}  // namespace
}  // namespace argus::node
