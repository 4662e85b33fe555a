#include "client_contract.h"

#include <gmock/gmock.h>

#include <mutex>
#include <set>
#include <thread>

#include "base/http/transport.h"
#include "fakes/eventually.h"
#include "kube/errors.h"

namespace argus::runtime {
namespace {

using fakes::eventually;
using kube::ApiError;
using kube::Json;
using kube::Resource;
using kube::WatchEvent;

const Resource kConfigMaps{{"", "v1", "ConfigMap"}, "configmaps", true};
const Resource kPolicies{{"networking.k8s.io", "v1", "NetworkPolicy"}, "networkpolicies", true};
const Resource kGadgets{{"contract.example.com", "v1", "Gadget"}, "gadgets", true};
constexpr const char* kManager = "contract-test";

Json object_of(const Resource& resource, const std::string& ns, const std::string& name) {
  Json json = Json::object();
  json["apiVersion"] = resource.gvk.api_version();
  json["kind"] = resource.gvk.kind;
  json["metadata"]["namespace"] = ns;
  json["metadata"]["name"] = name;
  return json;
}

template <typename Call>
ApiError error_of(Call call) {
  try {
    call();
  } catch (const ApiError& error) {
    return error;
  }
  ADD_FAILURE() << "no ApiError";
  return ApiError(0, "", "");
}

// A watch on a thread of its own, and what it has said so far: "ADDED a", "DELETED a", "BOOKMARK".
class Watched {
 public:
  Watched(kube::Client& client, Resource resource, kube::WatchOptions options)
      : thread_([this, &client, resource = std::move(resource),
                 options = std::move(options)](std::stop_token stop) {
          try {
            client.watch(resource, options, stop, [this](const WatchEvent& event) {
              note(event);
              return true;
            });
          } catch (const base::TransportError& error) {
            cancelled = error.kind() == base::TransportError::Kind::kCancelled;
          } catch (const ApiError& error) {
            status = error.status();
          }
        }) {}

  [[nodiscard]] bool says(const std::vector<std::string>& expected) const {
    return eventually([&] { return words() == expected; });
  }
  [[nodiscard]] std::vector<std::string> words() const {
    const std::lock_guard lock(mutex_);
    return words_;
  }
  void stop() { thread_ = {}; }

  std::atomic<bool> cancelled = false;
  std::atomic<int> status = 0;  // of a refusal, or of an ERROR event

 private:
  void note(const WatchEvent& event) {
    static const char* const kNames[] = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};
    std::string word = kNames[static_cast<int>(event.type)];
    if (event.type == WatchEvent::Type::kError) {
      status = event.object->value("code", 0);
    } else if (event.type == WatchEvent::Type::kBookmark) {
      const Json annotations =
          event.object->value("/metadata/annotations"_json_pointer, Json::object());
      if (!annotations.contains("k8s.io/initial-events-end")) return;  // come when they like
    } else {
      word += " " + kube::key_of(*event.object).name;
    }
    const std::lock_guard lock(mutex_);
    words_.push_back(word);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> words_;
  std::jthread thread_;
};

using Words = std::vector<std::string>;

TEST_P(ClientContract, WhatDoesNotExistIsAValue) {
  EXPECT_EQ(client_.get(kConfigMaps, {ns_, "missing"}, {}), std::nullopt);
  EXPECT_FALSE(client_.remove(kConfigMaps, {ns_, "missing"}, {}, {}));
}

TEST_P(ClientContract, CreateGivesIdentityOnce) {
  const Json created = client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "a"), kManager, {});
  EXPECT_NE(kube::uid_of(created), "");
  EXPECT_NE(kube::resource_version_of(created), "");
  EXPECT_TRUE(created.at("metadata").contains("creationTimestamp"));
  const auto read = client_.get(kConfigMaps, {ns_, "a"}, {});
  ASSERT_TRUE(read);
  EXPECT_EQ(kube::uid_of(*read), kube::uid_of(created));
  const ApiError again = error_of(
      [&] { client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "a"), kManager, {}); });
  EXPECT_TRUE(again.is_already_exists());
  EXPECT_FALSE(again.is_conflict());
}

TEST_P(ClientContract, UpdateWithAnOldVersionIsAConflict) {
  const Json first = client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "a"), kManager, {});
  Json wanted = first;
  wanted["data"]["x"] = "1";
  const Json second = client_.update(kConfigMaps, wanted, kManager, "", {});
  EXPECT_NE(kube::resource_version_of(second), kube::resource_version_of(first));
  EXPECT_TRUE(
      error_of([&] { client_.update(kConfigMaps, wanted, kManager, "", {}); }).is_conflict());
  EXPECT_TRUE(error_of([&] {
                client_.update(kConfigMaps, object_of(kConfigMaps, ns_, "b"), kManager, "", {});
              }).is_not_found());
}

TEST_P(ClientContract, ApplyCreatesKeepsOthersFieldsAndTakesBackItsOwn) {
  Json wanted = object_of(kConfigMaps, ns_, "a");
  wanted["data"] = {{"ours", "1"}, {"also-ours", "1"}};
  const Json created = client_.apply(kConfigMaps, wanted, kManager, "", {});
  EXPECT_EQ(created.at("data").value("ours", ""), "1");
  client_.merge_patch(kConfigMaps, {ns_, "a"}, {{"data", {{"theirs", "1"}}}}, "somebody", "", {});
  wanted["data"] = {{"ours", "2"}};
  const Json changed = client_.apply(kConfigMaps, wanted, kManager, "", {});
  const Json data = {{"ours", "2"}, {"theirs", "1"}};
  EXPECT_EQ(changed.at("data"), data);
  const Json same = client_.apply(kConfigMaps, wanted, kManager, "", {});
  EXPECT_EQ(kube::resource_version_of(same), kube::resource_version_of(changed))
      << "applying what is there is no change";
}

TEST_P(ClientContract, ApplyTakesWhatSomebodyElseSet) {
  Json wanted = object_of(kConfigMaps, ns_, "a");
  wanted["data"]["ours"] = "1";
  client_.apply(kConfigMaps, wanted, kManager, "", {});
  client_.merge_patch(kConfigMaps, {ns_, "a"}, {{"data", {{"ours", "drift"}}}}, "somebody", "", {});
  const Json repaired = client_.apply(kConfigMaps, wanted, kManager, "", {});
  EXPECT_EQ(repaired.at("data").value("ours", ""), "1");
}

TEST_P(ClientContract, MergePatchRemovesWithNull) {
  Json object = object_of(kConfigMaps, ns_, "a");
  object["data"] = {{"kept", "1"}, {"dropped", "1"}};
  client_.create(kConfigMaps, object, kManager, {});
  const Json patched = client_.merge_patch(kConfigMaps, {ns_, "a"},
                                           {{"data", {{"dropped", nullptr}}}}, kManager, "", {});
  const Json data = {{"kept", "1"}};
  EXPECT_EQ(patched.at("data"), data);
  EXPECT_TRUE(
      error_of([&] {
        client_.merge_patch(kConfigMaps, {ns_, "missing"}, {{"data", nullptr}}, kManager, "", {});
      }).is_not_found());
}

TEST_P(ClientContract, RemoveRespectsPreconditionsAndFinalizers) {
  Json object = object_of(kConfigMaps, ns_, "a");
  object["metadata"]["finalizers"] = Json::array({"contract.example.com/hold"});
  const Json created = client_.create(kConfigMaps, object, kManager, {});
  kube::DeleteOptions other;
  other.uid = "00000000-0000-4000-8000-000000000000";
  EXPECT_TRUE(error_of([&] { client_.remove(kConfigMaps, {ns_, "a"}, other, {}); }).is_conflict());
  kube::DeleteOptions ours;
  ours.uid = kube::uid_of(created);
  EXPECT_TRUE(client_.remove(kConfigMaps, {ns_, "a"}, ours, {}));
  const auto held = client_.get(kConfigMaps, {ns_, "a"}, {});
  ASSERT_TRUE(held);
  EXPECT_TRUE(kube::is_being_deleted(*held));
  client_.merge_patch(kConfigMaps, {ns_, "a"}, {{"metadata", {{"finalizers", nullptr}}}}, kManager,
                      "", {});
  EXPECT_EQ(client_.get(kConfigMaps, {ns_, "a"}, {}), std::nullopt);
}

TEST_P(ClientContract, GenerationCountsChangesOfTheSpecOnly) {
  Json object = object_of(kPolicies, ns_, "a");
  object["spec"]["podSelector"] = Json::object();
  object["spec"]["policyTypes"] = Json::array({"Ingress"});
  EXPECT_EQ(kube::generation_of(client_.create(kPolicies, object, kManager, {})), 1);
  const Json labelled = client_.merge_patch(
      kPolicies, {ns_, "a"}, {{"metadata", {{"labels", {{"x", "y"}}}}}}, kManager, "", {});
  EXPECT_EQ(kube::generation_of(labelled), 1);
  const Json changed = client_.merge_patch(
      kPolicies, {ns_, "a"}, {{"spec", {{"policyTypes", {"Egress"}}}}}, kManager, "", {});
  EXPECT_EQ(kube::generation_of(changed), 2);
}

TEST_P(ClientContract, StatusIsItsOwnSubresource) {
  cluster_->define(kGadgets);
  Json object = object_of(kGadgets, ns_, "a");
  object["spec"]["size"] = "1";
  object["status"]["ready"] = "no";
  const Json created = client_.apply(kGadgets, object, kManager, "", {});
  EXPECT_FALSE(created.contains("status"));
  Json status = object_of(kGadgets, ns_, "a");
  status["spec"]["size"] = "2";
  status["status"]["ready"] = "yes";
  const Json updated = client_.apply(kGadgets, status, kManager, "status", {});
  EXPECT_EQ(updated.at("status").value("ready", ""), "yes");
  EXPECT_EQ(updated.at("spec").value("size", ""), "1");
  EXPECT_EQ(kube::generation_of(updated), 1);
  cluster_->undefine(kGadgets);
}

TEST_P(ClientContract, ListComesInPagesOfOneSnapshot) {
  std::set<std::string> created;
  for (int i = 0; i < 7; ++i) {
    const std::string name = "object-" + std::to_string(i);
    Json object = object_of(kConfigMaps, ns_, name);
    object["metadata"]["labels"] = {{"listed", "yes"}};
    client_.create(kConfigMaps, object, kManager, {});
    created.insert(name);
  }
  kube::ListOptions options;
  options.ns = ns_;
  options.label_selector = "listed=yes";  // a real server puts a ConfigMap of its own here
  options.limit = 3;
  std::set<std::string> listed;
  std::set<std::string> versions;
  int pages = 0;
  do {
    const kube::ListPage page = client_.list(kConfigMaps, options, {});
    for (const Json& item : page.items) listed.insert(kube::key_of(item).name);
    versions.insert(page.resource_version);
    options.continue_token = page.continue_token;
    Json late = object_of(kConfigMaps, ns_, "z-late-" + std::to_string(++pages));
    late["metadata"]["labels"] = {{"listed", "yes"}};
    client_.create(kConfigMaps, late, kManager, {});
  } while (!options.continue_token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(listed, created);
  EXPECT_EQ(versions.size(), 1U);
}

TEST_P(ClientContract, SelectorsSelect) {
  for (const std::string name : {"a", "b"}) {
    Json object = object_of(kConfigMaps, ns_, name);
    object["metadata"]["labels"] = {{"name", name}, {"app", "x"}};
    client_.create(kConfigMaps, object, kManager, {});
  }
  const auto names = [&](const std::string& labels, const std::string& fields) {
    kube::ListOptions options;
    options.ns = ns_;
    options.label_selector = labels;
    options.field_selector = fields;
    std::vector<std::string> found;
    for (const Json& item : client_.list(kConfigMaps, options, {}).items) {
      found.push_back(kube::key_of(item).name);
    }
    return found;
  };
  EXPECT_EQ(names("app=x", ""), (Words{"a", "b"}));
  EXPECT_EQ(names("app=x,name!=a", ""), Words{"b"});
  EXPECT_EQ(names("name in (a,c)", ""), Words{"a"});
  EXPECT_EQ(names("name notin (a),app", ""), Words{"b"});
  EXPECT_EQ(names("!app", ""), Words{});
  EXPECT_EQ(names("", "metadata.name=b"), Words{"b"});
}

TEST_P(ClientContract, MetadataOnlyListHasNothingElse) {
  Json object = object_of(kConfigMaps, ns_, "a");
  object["data"]["big"] = "text";
  client_.create(kConfigMaps, object, kManager, {});
  kube::ListOptions options;
  options.ns = ns_;
  options.metadata_only = true;
  const kube::ListPage page = client_.list(kConfigMaps, options, {});
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(kube::key_of(page.items[0]).name, "a");
  EXPECT_NE(kube::uid_of(page.items[0]), "");
  EXPECT_FALSE(page.items[0].contains("data"));
}

TEST_P(ClientContract, WatchTellsWhatHappensAfterItsVersion) {
  client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "before"), kManager, {});
  kube::ListOptions list;
  list.ns = ns_;
  kube::WatchOptions options;
  options.ns = ns_;
  options.resource_version = client_.list(kConfigMaps, list, {}).resource_version;
  Watched watched(client_, kConfigMaps, options);
  client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "a"), kManager, {});
  client_.merge_patch(kConfigMaps, {ns_, "a"}, {{"data", {{"x", "1"}}}}, kManager, "", {});
  client_.remove(kConfigMaps, {ns_, "a"}, {}, {});
  EXPECT_TRUE(watched.says({"ADDED a", "MODIFIED a", "DELETED a"}))
      << testing::PrintToString(watched.words());
  watched.stop();
  EXPECT_TRUE(watched.cancelled);
}

TEST_P(ClientContract, LeavingTheSelectionIsADeletion) {
  kube::ListOptions list;
  list.ns = ns_;
  kube::WatchOptions options;
  options.ns = ns_;
  options.label_selector = "app=x";
  options.resource_version = client_.list(kConfigMaps, list, {}).resource_version;
  Watched watched(client_, kConfigMaps, options);
  Json object = object_of(kConfigMaps, ns_, "a");
  object["metadata"]["labels"]["app"] = "x";
  client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "other"), kManager, {});
  client_.create(kConfigMaps, object, kManager, {});
  client_.merge_patch(kConfigMaps, {ns_, "a"}, {{"metadata", {{"labels", {{"app", "y"}}}}}},
                      kManager, "", {});
  EXPECT_TRUE(watched.says({"ADDED a", "DELETED a"})) << testing::PrintToString(watched.words());
}

TEST_P(ClientContract, WatchListSendsWhatExistsThenABookmark) {
  client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "a"), kManager, {});
  client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "b"), kManager, {});
  kube::WatchOptions options;
  options.ns = ns_;
  options.send_initial_events = true;
  Watched watched(client_, kConfigMaps, options);
  EXPECT_TRUE(watched.says({"ADDED a", "ADDED b", "BOOKMARK"}))
      << testing::PrintToString(watched.words());
  client_.remove(kConfigMaps, {ns_, "a"}, {}, {});
  EXPECT_TRUE(watched.says({"ADDED a", "ADDED b", "BOOKMARK", "DELETED a"}));
}

TEST_P(ClientContract, WatchEndsWhenItsReceiverHasEnough) {
  client_.create(kConfigMaps, object_of(kConfigMaps, ns_, "a"), kManager, {});
  kube::WatchOptions options;
  options.ns = ns_;
  options.send_initial_events = true;
  int events = 0;
  client_.watch(kConfigMaps, options, {}, [&events](const WatchEvent&) {
    ++events;
    return false;
  });
  EXPECT_EQ(events, 1);
}

TEST_P(ClientContract, OldResourceVersionIsGone) {
  cluster_->forget_history();
  kube::WatchOptions options;
  options.ns = ns_;
  options.resource_version = "1";
  Watched watched(client_, kConfigMaps, options);
  EXPECT_TRUE(eventually([&] { return watched.status == 410; })) << watched.status;
}

TEST_P(ClientContract, DiscoveryFollowsDefinitions) {
  const auto built_in = client_.resource_for(kPolicies.gvk, {});
  ASSERT_TRUE(built_in);
  EXPECT_EQ(built_in->plural, "networkpolicies");
  EXPECT_TRUE(built_in->namespaced);
  const auto cluster_scoped = client_.resource_for({"", "v1", "Namespace"}, {});
  ASSERT_TRUE(cluster_scoped);
  EXPECT_FALSE(cluster_scoped->namespaced);
  EXPECT_EQ(client_.resource_for({"", "v1", "Gadget"}, {}), std::nullopt);

  const auto served = [&] {
    client_.forget_discovery();
    return client_.resource_for(kGadgets.gvk, {}).has_value();
  };
  ASSERT_TRUE(eventually([&] { return !served(); }));
  cluster_->define(kGadgets);
  ASSERT_TRUE(eventually(served));
  client_.create(kGadgets, object_of(kGadgets, ns_, "a"), kManager, {});
  cluster_->undefine(kGadgets);
  ASSERT_TRUE(eventually([&] { return !served(); }));
  EXPECT_TRUE(eventually([&] {
    try {
      (void)client_.list(kGadgets, {}, {});
      return false;
    } catch (const ApiError& error) {
      return error.is_not_found();
    }
  }));
}

TEST_P(ClientContract, ServerSaysItsVersion) {
  EXPECT_THAT(client_.server_version({}), testing::StartsWith("v1."));
}

TEST_P(ClientContract, RequestedStopIsACancellation) {
  std::stop_source stop;
  stop.request_stop();
  try {
    (void)client_.get(kConfigMaps, {ns_, "a"}, stop.get_token());
    FAIL();
  } catch (const base::TransportError& error) {
    EXPECT_EQ(error.kind(), base::TransportError::Kind::kCancelled);
  }
}

}  // namespace
}  // namespace argus::runtime
