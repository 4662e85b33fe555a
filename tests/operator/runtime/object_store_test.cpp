#include "runtime/object_store.h"

#include <gtest/gtest.h>

namespace argus::runtime {
namespace {

using kube::Json;

kube::SharedObject object(const std::string& ns, const std::string& name,
                          const std::string& version, const std::vector<std::string>& owners = {},
                          const std::string& secret = "") {
  Json json = Json::object();
  json["metadata"]["namespace"] = ns;
  json["metadata"]["name"] = name;
  json["metadata"]["uid"] = "uid-" + ns + "-" + name;
  json["metadata"]["resourceVersion"] = version;
  for (const std::string& owner : owners) {
    Json reference = Json::object();
    reference["uid"] = owner;
    json["metadata"]["ownerReferences"].push_back(reference);
  }
  if (!secret.empty()) json["spec"]["secret"] = secret;
  return std::make_shared<const Json>(std::move(json));
}

std::vector<std::string> names(const std::vector<kube::SharedObject>& objects) {
  std::vector<std::string> all;
  for (const kube::SharedObject& one : objects) all.push_back(kube::key_of(*one).to_string());
  return all;
}

using Names = std::vector<std::string>;

TEST(ObjectStoreTest, FindsByKeyAndNamespaceInOrder) {
  ObjectStore store;
  store.upsert(object("b", "x", "1"));
  store.upsert(object("a", "y", "2"));
  store.upsert(object("a", "x", "3"));
  EXPECT_EQ(names(store.list()), (Names{"a/x", "a/y", "b/x"}));
  EXPECT_EQ(names(store.list("a")), (Names{"a/x", "a/y"}));
  EXPECT_EQ(names(store.list("aa")), Names{});
  ASSERT_NE(store.get({"b", "x"}), nullptr);
  EXPECT_EQ(store.get({"b", "y"}), nullptr);
  EXPECT_EQ(store.size(), 3U);
}

TEST(ObjectStoreTest, TellsWhatChanged) {
  ObjectStore store;
  const auto created = store.upsert(object("a", "x", "1"));
  ASSERT_EQ(created.size(), 1U);
  EXPECT_EQ(created[0].before, nullptr);
  EXPECT_TRUE(store.upsert(object("a", "x", "1")).empty()) << "the same version is not a change";
  const auto changed = store.upsert(object("a", "x", "2"));
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(kube::resource_version_of(*changed[0].before), "1");
  EXPECT_EQ(kube::resource_version_of(*changed[0].after), "2");
  const auto erased = store.erase({"a", "x"});
  ASSERT_EQ(erased.size(), 1U);
  EXPECT_EQ(erased[0].after, nullptr);
  EXPECT_TRUE(store.erase({"a", "x"}).empty());
}

TEST(ObjectStoreTest, ReplaceNoticesWhatIsGone) {
  ObjectStore store;
  store.upsert(object("a", "kept", "1"));
  store.upsert(object("a", "changed", "1"));
  store.upsert(object("a", "gone", "1"));
  const kube::SharedObject kept = store.get({"a", "kept"});
  const auto changes = store.replace(
      {object("a", "kept", "1"), object("a", "changed", "2"), object("a", "new", "3")});
  EXPECT_EQ(names(store.list()), (Names{"a/changed", "a/kept", "a/new"}));
  EXPECT_EQ(store.get({"a", "kept"}), kept) << "an unchanged object stays the same snapshot";
  std::map<std::string, std::string> what;
  for (const Change& change : changes) {
    what[kube::key_of(change.either()).name] = !change.before  ? "created"
                                               : !change.after ? "deleted"
                                                               : "changed";
  }
  EXPECT_EQ(what, (std::map<std::string, std::string>{
                      {"changed", "changed"}, {"gone", "deleted"}, {"new", "created"}}));
}

TEST(ObjectStoreTest, ObjectRecreatedUnderTheSameNameIsAChange) {
  ObjectStore store;
  store.upsert(object("a", "x", "1"));
  Json other = *object("a", "x", "1");
  other["metadata"]["uid"] = "another";
  EXPECT_EQ(store.upsert(std::make_shared<const Json>(other)).size(), 1U);
}

TEST(ObjectStoreTest, FindsByOwnerAndFollowsItsChanges) {
  ObjectStore store;
  store.upsert(object("a", "x", "1", {"owner-1", "owner-2"}));
  store.upsert(object("a", "y", "1", {"owner-1"}));
  EXPECT_EQ(names(store.owned_by("owner-1")), (Names{"a/x", "a/y"}));
  EXPECT_EQ(names(store.owned_by("owner-2")), Names{"a/x"});
  store.upsert(object("a", "x", "2", {"owner-3"}));
  EXPECT_EQ(names(store.owned_by("owner-1")), Names{"a/y"});
  EXPECT_EQ(names(store.owned_by("owner-2")), Names{});
  EXPECT_EQ(names(store.owned_by("owner-3")), Names{"a/x"});
  store.erase({"a", "y"});
  EXPECT_EQ(names(store.owned_by("owner-1")), Names{});
}

TEST(ObjectStoreTest, FindsByDeclaredIndex) {
  ObjectStore store({{"secret", [](const Json& json) {
                        const std::string name = json.value("/spec/secret"_json_pointer, "");
                        return name.empty() ? std::vector<std::string>{}
                                            : std::vector<std::string>{name};
                      }}});
  store.upsert(object("a", "x", "1", {}, "password"));
  store.upsert(object("a", "y", "1"));
  EXPECT_EQ(names(store.by_index("secret", "password")), Names{"a/x"});
  EXPECT_EQ(names(store.by_index("secret", "other")), Names{});
  store.upsert(object("a", "x", "2", {}, "other"));
  EXPECT_EQ(names(store.by_index("secret", "password")), Names{});
  EXPECT_EQ(names(store.by_index("secret", "other")), Names{"a/x"});
  EXPECT_THROW((void)store.by_index("colour", "red"), std::logic_error);
}

TEST(ObjectStoreTest, SnapshotsDoNotChange) {
  ObjectStore store;
  store.upsert(object("a", "x", "1"));
  const kube::SharedObject before = store.get({"a", "x"});
  store.upsert(object("a", "x", "2"));
  store.erase({"a", "x"});
  EXPECT_EQ(kube::resource_version_of(*before), "1");
}

}  // namespace
}  // namespace argus::runtime
