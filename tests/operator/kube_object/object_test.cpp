#include "kube_object/object.h"

#include <gtest/gtest.h>

namespace argus::kube {
namespace {

TEST(Object, ReadsWhatEveryObjectHas) {
  const Json object = Json::parse(R"({
    "apiVersion": "apps/v1", "kind": "StatefulSet",
    "metadata": {"namespace": "data", "name": "redpanda", "uid": "u1", "resourceVersion": "42",
                 "generation": 3, "deletionTimestamp": "2026-11-23T10:15:30Z",
                 "ownerReferences": [
                   {"apiVersion": "v1", "kind": "Other", "name": "o", "uid": "u2"},
                   {"apiVersion": "argus.dev/v1alpha1", "kind": "ArgusDataLayer", "name": "main",
                    "uid": "u3", "controller": true}]}})");
  EXPECT_EQ(gvk_of(object), (GroupVersionKind{"apps", "v1", "StatefulSet"}));
  EXPECT_EQ(gvk_of(object).api_version(), "apps/v1");
  EXPECT_EQ(key_of(object), (ObjectKey{"data", "redpanda"}));
  EXPECT_EQ(key_of(object).to_string(), "data/redpanda");
  EXPECT_EQ(uid_of(object), "u1");
  EXPECT_EQ(resource_version_of(object), "42");
  EXPECT_EQ(generation_of(object), 3);
  EXPECT_TRUE(is_being_deleted(object));
  const auto owner = controller_of(object);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->kind, "ArgusDataLayer");
  EXPECT_EQ(owner->api_version, "argus.dev/v1alpha1");
  EXPECT_EQ(owner->name, "main");
  EXPECT_EQ(owner->uid, "u3");
}

TEST(Object, TheCoreGroupHasNoName) {
  const Json node =
      Json::parse(R"({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}})");
  EXPECT_EQ(gvk_of(node), (GroupVersionKind{"", "v1", "Node"}));
  EXPECT_EQ(gvk_of(node).api_version(), "v1");
  EXPECT_EQ(key_of(node).to_string(), "n");
}

TEST(Object, WhatIsNotSaidIsEmpty) {
  for (const char* text :
       {"null", "[]", "{}", R"({"metadata": []})", R"({"metadata": {"name": 3}})",
        R"({"metadata": {"ownerReferences": [3, {"controller": "yes"}]}})"}) {
    const Json object = Json::parse(text);
    EXPECT_EQ(gvk_of(object), GroupVersionKind{}) << text;
    EXPECT_EQ(key_of(object), ObjectKey{}) << text;
    EXPECT_EQ(uid_of(object), "") << text;
    EXPECT_EQ(generation_of(object), 0) << text;
    EXPECT_FALSE(is_being_deleted(object)) << text;
    EXPECT_FALSE(controller_of(object)) << text;
  }
}

}  // namespace
}  // namespace argus::kube
