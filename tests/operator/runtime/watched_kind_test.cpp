#include "runtime/watched_kind.h"

#include <gtest/gtest.h>

namespace argus::runtime {
namespace {

using kube::Json;

Json widget() {
  Json json = Json::object();
  json["apiVersion"] = "example.com/v1";
  json["kind"] = "Widget";
  json["metadata"]["namespace"] = "ns";
  json["metadata"]["name"] = "x";
  json["metadata"]["uid"] = "1";
  json["metadata"]["generation"] = 3;
  json["metadata"]["resourceVersion"] = "10";
  json["status"]["ready"] = false;
  return json;
}

TEST(BeyondStatusTest, StatusAndBookkeepingDoNotCount) {
  const Json before = widget();
  Json after = before;
  after["status"]["ready"] = true;
  after["metadata"]["resourceVersion"] = "11";
  EXPECT_FALSE(beyond_status(before, after));
}

TEST(BeyondStatusTest, EverythingElseCounts) {
  const Json before = widget();
  const auto changed = [&before](const char* pointer, Json value) {
    Json after = before;
    after[Json::json_pointer(pointer)] = std::move(value);
    return beyond_status(before, after);
  };
  EXPECT_TRUE(changed("/metadata/generation", 4));
  EXPECT_TRUE(changed("/metadata/annotations/argus.dev~1paused", "true"));
  EXPECT_TRUE(changed("/metadata/labels/a", "b"));
  EXPECT_TRUE(changed("/metadata/finalizers/0", "argus.dev/cleanup"));
  EXPECT_TRUE(changed("/metadata/deletionTimestamp", "2026-11-23T10:15:30Z"));
  EXPECT_TRUE(changed("/metadata/uid", "2"));
}

TEST(OwnersOfKindTest, NamesOwnersOfThatGroupAndKindWhateverTheVersion) {
  Json object = widget();
  object["metadata"]["ownerReferences"] = Json::array(
      {{{"apiVersion", "argus.dev/v1alpha1"}, {"kind", "ArgusDataLayer"}, {"name", "one"}},
       {{"apiVersion", "argus.dev/v1beta1"}, {"kind", "ArgusDataLayer"}, {"name", "two"}},
       {{"apiVersion", "other.dev/v1"}, {"kind", "ArgusDataLayer"}, {"name", "three"}},
       {{"apiVersion", "argus.dev/v1alpha1"}, {"kind", "Other"}, {"name", "four"}}});
  const kube::GroupVersionKind owner{"argus.dev", "v1alpha1", "ArgusDataLayer"};
  EXPECT_EQ(owners_of_kind(object, owner),
            (std::vector<Request>{{{"ns", "one"}}, {{"ns", "two"}}}));
  EXPECT_TRUE(owners_of_kind(widget(), owner).empty());
  EXPECT_TRUE(owners_of_kind(Json::object(), owner).empty());
}

TEST(DropManagedFieldsTest, TakesThemAwayAndNothingElse) {
  Json object = widget();
  object["metadata"]["managedFields"] = Json::array({{{"manager", "kubectl"}}});
  drop_managed_fields(object);
  EXPECT_EQ(object, widget());
  Json empty = Json::object();
  drop_managed_fields(empty);
  EXPECT_EQ(empty, Json::object());
}

}  // namespace
}  // namespace argus::runtime
