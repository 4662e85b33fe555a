// The API client against a real kube-apiserver. ARGUS_TEST_KUBECONFIG names the kubeconfig of a
// user who may do everything; its server must be reachable with a client certificate. Objects are
// made in the namespace "default" under names of this process, and removed again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include "base/http/cpprest_transport.h"
#include "fakes/temporary_directory.h"
#include "kube/cluster_access.h"
#include "kube/request_path.h"
#include "kube/status.h"

namespace argus::kube {
namespace {

using namespace std::chrono_literals;
using base::TransportError;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kDeadline = 60s;
constexpr const char* kManager = "argus.dev/test";

const Resource kConfigMaps{{"", "v1", "ConfigMap"}, "configmaps", true};
const Resource kNamespaces{{"", "v1", "Namespace"}, "namespaces", false};
const Resource kServiceAccounts{{"", "v1", "ServiceAccount"}, "serviceaccounts", true};
const Resource kDeployments{{"apps", "v1", "Deployment"}, "deployments", true};
const Resource kCrds{
    {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, "customresourcedefinitions", false};

class ApiServer : public testing::Test {
 protected:
  void SetUp() override {
    const char* path = std::getenv("ARGUS_TEST_KUBECONFIG");
    ASSERT_NE(path, nullptr) << "ARGUS_TEST_KUBECONFIG is not set: start a kube-apiserver and name "
                                "an administrator's kubeconfig.";
    access_ = find_cluster_access({.kubeconfig = path}, base::system_clock());
    client_ = connect_as(access_);
  }

  void TearDown() override {
    if (!client_) return;
    for (const auto& [resource, key] : made_) client_->remove(resource, key, {}, {});
  }

  std::unique_ptr<Client> connect_as(const ClusterAccess& access) {
    RestClientOptions options;
    options.user_agent = "argus-test";
    options.requests_per_second =
        0;  // these tests measure the server and the client, not the limit
    return connect(access, options, base::system_clock(), metrics_);
  }

  // A name nobody else uses; the object is removed at the end.
  ObjectKey key(const std::string& name, const Resource& resource = kConfigMaps) {
    ObjectKey made{resource.namespaced ? "default" : "",
                   "argus-test-" + std::to_string(getpid()) + "-" + name};
    made_.emplace_back(resource, made);
    return made;
  }

  static Json config_map(const ObjectKey& key, const Json& data, const Json& labels = nullptr) {
    Json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"data", data}};
    object["metadata"] = {{"namespace", key.ns}, {"name", key.name}};
    if (!labels.is_null()) object["metadata"]["labels"] = labels;
    return object;
  }

  // A bearer token of a service account made for the purpose.
  std::string token_of_new_service_account() {
    const ObjectKey account = key("sa", kServiceAccounts);
    client_->create(kServiceAccounts,
                    {{"metadata", {{"namespace", account.ns}, {"name", account.name}}}}, kManager,
                    {});
    base::TransportOptions options;
    options.base_url = access_.server;
    options.ca_pem = access_.ca_pem;
    options.credentials = [&](std::stop_token stop) { return access_.credentials->current(stop); };
    base::HttpRequest request;
    request.method = "POST";
    request.path = object_path(kServiceAccounts, account, "token");
    request.headers["Content-Type"] = "application/json";
    request.body = R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}})";
    const auto response = base::make_cpprest_transport(options)->send(request, {});
    EXPECT_EQ(response.status, 201) << response.body;
    return Json::parse(response.body)["status"]["token"];
  }

  // A kind that the server has only just learnt.
  Resource new_kind() {
    const ObjectKey name{"", "things." + thing_.group};
    made_.emplace_back(kCrds, name);
    Json crd = Json::parse(R"({"apiVersion":"apiextensions.k8s.io/v1",
        "kind":"CustomResourceDefinition","spec":{"scope":"Namespaced",
        "names":{"plural":"things","singular":"thing","kind":"Thing","listKind":"ThingList"},
        "versions":[{"name":"v1","served":true,"storage":true,
                     "schema":{"openAPIV3Schema":{"type":"object"}}}]}})");
    crd["metadata"]["name"] = name.name;
    crd["spec"]["group"] = thing_.group;
    client_->create(kCrds, crd, kManager, {});
    std::optional<Resource> thing;
    EXPECT_TRUE(eventually([&] {
      client_->forget_discovery();
      thing = client_->resource_for(thing_, {});
      return thing.has_value();
    }));
    return thing.value();
  }

  template <typename Condition>
  static bool eventually(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return false;
  }

  // Another group for each test: the server goes on serving a definition for a while after it was
  // removed.
  static std::string next_group() {
    static int count = 0;
    return "t" + std::to_string(getpid()) + "-" + std::to_string(++count) + ".argus.test";
  }

  const GroupVersionKind thing_{next_group(), "v1", "Thing"};
  base::Metrics metrics_;
  ClusterAccess access_;
  std::unique_ptr<Client> client_;
  std::vector<std::pair<Resource, ObjectKey>> made_;
};

// Collects what a watch on another thread hands over.
class Watching {
 public:
  struct Seen {
    WatchEvent::Type type;
    Json object;
    std::chrono::steady_clock::time_point at;
  };

  Watching(Client& client, Resource resource, WatchOptions options)
      : thread_([this, &client, resource = std::move(resource),
                 options = std::move(options)](std::stop_token stop) {
          try {
            client.watch(resource, options, stop, [this](const WatchEvent& event) {
              const std::lock_guard lock(mutex_);
              seen_.push_back(
                  {event.type, std::move(*event.object), std::chrono::steady_clock::now()});
              changed_.notify_all();
              return true;
            });
          } catch (const std::exception& error) {
            const std::lock_guard lock(mutex_);
            failure_ = error.what();
            cancelled_ = stop.stop_requested();
          }
          const std::lock_guard lock(mutex_);
          ended_at_ = std::chrono::steady_clock::now();
          changed_.notify_all();
        }) {}

  // The first event that `wanted` accepts; waits for it.
  template <typename Wanted>
  std::optional<Seen> await(const Wanted& wanted) {
    std::unique_lock lock(mutex_);
    std::optional<Seen> found;
    changed_.wait_for(lock, kDeadline, [&] {
      const auto at = std::find_if(seen_.begin(), seen_.end(), wanted);
      if (at != seen_.end()) found = *at;
      return found || ended_at_;
    });
    return found;
  }
  std::optional<Seen> await(WatchEvent::Type type, const std::string& name) {
    return await(
        [&](const Seen& seen) { return seen.type == type && key_of(seen.object).name == name; });
  }

  // Stops the watch; how long it took to end.
  std::chrono::microseconds stop() {
    const auto start = std::chrono::steady_clock::now();
    thread_.request_stop();
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kDeadline, [&] { return ended_at_.has_value(); }));
    EXPECT_TRUE(cancelled_) << failure_;
    return std::chrono::duration_cast<std::chrono::microseconds>(*ended_at_ - start);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Seen> seen_;
  std::string failure_;
  bool cancelled_ = false;
  std::optional<std::chrono::steady_clock::time_point> ended_at_;
  std::jthread thread_;  // last: it uses the others
};

TEST_F(ApiServer, SaysItsVersion) { EXPECT_THAT(client_->server_version({}), StartsWith("v1.")); }

TEST_F(ApiServer, GetIsAnObjectOrNothing) {
  const auto found = client_->get(kNamespaces, {"", "default"}, {});
  ASSERT_TRUE(found);
  EXPECT_EQ(gvk_of(*found), kNamespaces.gvk);
  EXPECT_FALSE(client_->get(kConfigMaps, {"default", "argus-test-no-such"}, {}));
}

TEST_F(ApiServer, ApplyTwiceChangesNothing) {
  const ObjectKey name = key("apply");
  const Json object = config_map(name, {{"a", "1"}});
  const Json first = client_->apply(kConfigMaps, object, kManager, "", {});
  EXPECT_FALSE(uid_of(first).empty());
  const Json second = client_->apply(kConfigMaps, object, kManager, "", {});
  EXPECT_EQ(resource_version_of(first), resource_version_of(second));
}

TEST_F(ApiServer, ApplyTakesAFieldFromAnotherManagerAndGivesUpWhatItLeavesOut) {
  const ObjectKey name = key("owned");
  client_->apply(kConfigMaps, config_map(name, {{"a", "theirs"}, {"b", "theirs"}}), "somebody", "",
                 {});
  client_->apply(kConfigMaps, config_map(name, {{"a", "ours"}, {"c", "ours"}}), kManager, "", {});
  const Json now = client_->apply(kConfigMaps, config_map(name, {{"a", "ours"}}), kManager, "", {});
  EXPECT_EQ(now["data"], Json::parse(R"({"a":"ours","b":"theirs"})"));
}

// The server reads a server-side apply as YAML: every character must come back as it went.
TEST_F(ApiServer, ApplyKeepsEveryCharacter) {
  const ObjectKey name = key("characters");
  std::string all;
  for (int c = 1; c < 0x80; ++c) all += static_cast<char>(c);
  for (unsigned code = 0x80; code < 0x100; ++code) {
    all += static_cast<char>(0xC0U | code >> 6U);
    all += static_cast<char>(0x80U | (code & 0x3FU));
  }
  const Json data = {
      {"low", all},
      {"breaks",
       "a\xe2\x80\xa8"
       "b\xe2\x80\xa9"
       "c\r\nd\xc2\x85"
       "e\xef\xbb\xbf"
       "f"},
      {"edges", "\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"},
      {"yaml", "- a: *b\n? {c} # d\n---\n%YAML\n"},
      {"words", "yes no null ~ 1e3 0x10 .inf"},
      {"empty", ""}};
  const Json applied = client_->apply(kConfigMaps, config_map(name, data), kManager, "", {});
  EXPECT_EQ(applied["data"], data);
  EXPECT_EQ(client_->get(kConfigMaps, name, {}).value()["data"], data);
}

TEST_F(ApiServer, ApplyToAStatusSubresource) {
  const ObjectKey name = key("status", kDeployments);
  Json deployment = Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","spec":{
      "replicas":0,"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},
                  "spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  deployment["metadata"] = {{"namespace", name.ns}, {"name", name.name}};
  client_->apply(kDeployments, deployment, kManager, "", {});
  Json status = {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}};
  status["metadata"] = deployment["metadata"];
  status["status"] = {{"observedGeneration", 1}, {"replicas", 7}};
  client_->apply(kDeployments, status, kManager, "status", {});
  EXPECT_EQ(client_->get(kDeployments, name, {}).value()["status"]["replicas"], 7);
}

TEST_F(ApiServer, CreateUpdatePatchAndTheirConflicts) {
  const ObjectKey name = key("verbs");
  Json made = client_->create(kConfigMaps, config_map(name, {{"a", "1"}}), kManager, {});
  try {
    client_->create(kConfigMaps, config_map(name, {}), kManager, {});
    ADD_FAILURE() << "created twice";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_already_exists());
  }
  const Json stale = made;
  made["data"]["a"] = "2";
  client_->update(kConfigMaps, made, kManager, "", {});
  try {
    client_->update(kConfigMaps, stale, kManager, "", {});
    ADD_FAILURE() << "a stale update was taken";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_conflict());
    EXPECT_THAT(error.what(), HasSubstr("the object has been modified"));
  }
  const Json patched = client_->merge_patch(
      kConfigMaps, name, Json::parse(R"({"data":{"a":null,"b":"3"}})"), kManager, "", {});
  EXPECT_EQ(patched["data"], Json::parse(R"({"b":"3"})"));
}

TEST_F(ApiServer, AnInvalidObjectIsSaidToBe) {
  const ObjectKey name = key("Not_A_Name");
  try {
    client_->apply(kConfigMaps, config_map(name, {}), kManager, "", {});
    FAIL() << "accepted";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_invalid());
    EXPECT_THAT(error.what(), HasSubstr("metadata.name: Invalid value"));
  }
}

TEST_F(ApiServer, RemoveHonoursItsPreconditions) {
  const ObjectKey name = key("remove");
  const Json made = client_->create(kConfigMaps, config_map(name, {}), kManager, {});
  DeleteOptions options;
  options.uid = "00000000-0000-0000-0000-000000000000";
  try {
    client_->remove(kConfigMaps, name, options, {});
    FAIL() << "another object's uid was taken";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_conflict());
  }
  options.uid = uid_of(made);
  options.resource_version = resource_version_of(made);
  EXPECT_TRUE(client_->remove(kConfigMaps, name, options, {}));
  EXPECT_FALSE(client_->remove(kConfigMaps, name, {}, {}));
}

TEST_F(ApiServer, ListsComeInPages) {
  const std::string label = "argus-test=" + std::to_string(getpid());
  for (int i = 0; i < 7; ++i) {
    client_->create(kConfigMaps,
                    config_map(key("page-" + std::to_string(i)), {},
                               {{"argus-test", std::to_string(getpid())}}),
                    kManager, {});
  }
  ListOptions options;
  options.ns = "default";
  options.label_selector = label;
  options.limit = 3;
  std::vector<std::string> names;
  int pages = 0;
  do {
    const ListPage page = client_->list(kConfigMaps, options, {});
    for (const Json& item : page.items) {
      EXPECT_EQ(gvk_of(item), kConfigMaps.gvk);
      names.push_back(key_of(item).name);
    }
    EXPECT_FALSE(page.resource_version.empty());
    options.continue_token = page.continue_token;
    ++pages;
  } while (!options.continue_token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(names.size(), 7U);
  options.limit = 500;
  options.label_selector.clear();
  options.field_selector = "metadata.name=" + names.back();
  EXPECT_EQ(client_->list(kConfigMaps, options, {}).items.size(), 1U);
}

TEST_F(ApiServer, AWatchSeesEveryChangeInOrder) {
  const ObjectKey name = key("watched");
  WatchOptions options;
  options.ns = "default";
  options.field_selector = "metadata.name=" + name.name;
  options.resource_version = client_->list(kConfigMaps, {.ns = "default"}, {}).resource_version;
  Watching watching(*client_, kConfigMaps, options);
  client_->create(kConfigMaps, config_map(name, {}), kManager, {});
  client_->merge_patch(kConfigMaps, name, Json::parse(R"({"data":{"a":"1"}})"), kManager, "", {});
  client_->remove(kConfigMaps, name, {}, {});
  const auto added = watching.await(WatchEvent::Type::kAdded, name.name);
  const auto modified = watching.await(WatchEvent::Type::kModified, name.name);
  const auto deleted = watching.await(WatchEvent::Type::kDeleted, name.name);
  ASSERT_TRUE(added && modified && deleted);
  EXPECT_LE(added->at, modified->at);
  EXPECT_LE(modified->at, deleted->at);
  std::cout << "a watch under way ended " << watching.stop().count() << " us after its stop\n";
}

// Printed, not asserted: how long after the answer to a write its event arrives.
TEST_F(ApiServer, TheDelayOfAnEvent) {
  const ObjectKey name = key("delay");
  const Json made = client_->create(kConfigMaps, config_map(name, {}), kManager, {});
  WatchOptions options;
  options.ns = "default";
  options.field_selector = "metadata.name=" + name.name;
  options.resource_version = resource_version_of(made);
  Watching watching(*client_, kConfigMaps, options);
  std::vector<std::int64_t> delays;
  for (int i = 0; i < 50; ++i) {
    const auto sent = std::chrono::steady_clock::now();
    const std::string version = resource_version_of(client_->merge_patch(
        kConfigMaps, name, {{"data", {{"n", std::to_string(i)}}}}, kManager, "", {}));
    const auto seen = watching.await(
        [&](const Watching::Seen& event) { return resource_version_of(event.object) == version; });
    ASSERT_TRUE(seen);
    delays.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(seen->at - sent).count());
  }
  std::sort(delays.begin(), delays.end());
  std::cout << "from sending a write to its event: median " << delays[25] << " us, worst "
            << delays[49] << " us\n";
}

TEST_F(ApiServer, WatchListSendsWhatExistsThenABookmark) {
  const ObjectKey name = key("initial");
  client_->create(kConfigMaps, config_map(name, {}), kManager, {});
  WatchOptions options;
  options.ns = "default";
  options.field_selector = "metadata.name=" + name.name;
  options.send_initial_events = true;
  Watching watching(*client_, kConfigMaps, options);
  const auto added = watching.await(WatchEvent::Type::kAdded, name.name);
  const auto end = watching.await([](const Watching::Seen& seen) {
    if (seen.type != WatchEvent::Type::kBookmark) return false;
    const Json annotations = seen.object["metadata"].value("annotations", Json::object());
    return annotations.value("k8s.io/initial-events-end", "") == "true";
  });
  ASSERT_TRUE(added && end);
  EXPECT_LE(added->at, end->at);
}

TEST_F(ApiServer, MetadataOnlyObjectsHaveNothingElse) {
  const ObjectKey name = key("metadata");
  client_->create(kConfigMaps, config_map(name, {{"big", "text"}}), kManager, {});
  ListOptions list;
  list.ns = "default";
  list.field_selector = "metadata.name=" + name.name;
  list.metadata_only = true;
  const ListPage page = client_->list(kConfigMaps, list, {});
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(key_of(page.items[0]), name);
  EXPECT_FALSE(page.items[0].contains("data"));
  WatchOptions watch;
  watch.ns = "default";
  watch.field_selector = list.field_selector;
  watch.metadata_only = true;
  Watching watching(*client_, kConfigMaps, watch);
  const auto added = watching.await(WatchEvent::Type::kAdded, name.name);
  ASSERT_TRUE(added);
  EXPECT_FALSE(added->object.contains("data"));
}

TEST_F(ApiServer, AnOldResourceVersionIsExpired) {
  // The watch cache of a new kind starts now: no version from before it can be served.
  const Resource thing = new_kind();
  std::stop_source give_up;
  std::jthread timer([&](std::stop_token done) {
    if (base::system_clock().sleep_for(kDeadline, done)) give_up.request_stop();
  });
  WatchOptions options;
  options.resource_version = "1";
  std::optional<ApiError> said;
  const auto watch = [&] {
    said.reset();
    client_->watch(thing, options, give_up.get_token(), [&](const WatchEvent& event) {
      if (event.type == WatchEvent::Type::kError) said = error_from_status(*event.object);
      return !said;
    });
  };
  do {
    try {
      watch();
    } catch (const ApiError& error) {
      said = error;  // 429 while the cache is filled
    }
  } while (said && said->is_too_many_requests());
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->is_expired()) << said->what();
}

TEST_F(ApiServer, DiscoveryFollowsTheServerWhenItIsForgotten) {
  const auto deployment = client_->resource_for({"apps", "v1", "Deployment"}, {});
  ASSERT_TRUE(deployment);
  EXPECT_EQ(deployment->plural, "deployments");
  EXPECT_TRUE(deployment->namespaced);
  EXPECT_FALSE(client_->resource_for({"", "v1", "Namespace"}, {}).value().namespaced);
  EXPECT_FALSE(client_->resource_for(thing_, {}));
  EXPECT_EQ(new_kind().plural, "things");
}

TEST_F(ApiServer, AsTheServiceAccountOfAPod) {
  const fakes::TemporaryDirectory pod;
  pod.write("token", token_of_new_service_account());
  pod.write("ca.crt", access_.ca_pem);
  pod.write("namespace", "default");
  const std::size_t colon = access_.server.rfind(':');
  const ClusterAccess access =
      access_in_cluster(access_.server.substr(8, colon - 8), access_.server.substr(colon + 1),
                        pod.path(), base::system_clock());
  const auto client = connect_as(access);
  EXPECT_THAT(client->server_version({}), StartsWith("v1."));
  try {
    static_cast<void>(client->list(kConfigMaps, {.ns = "default"}, {}));
    FAIL() << "an account without a role may list";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_forbidden());
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot list resource \"configmaps\""),
                                    HasSubstr("system:serviceaccount:default:argus-test-")));
  }
}

TEST_F(ApiServer, WithTheTokenOfAnExecPlugin) {
  const fakes::TemporaryDirectory home;
  const Json answer = {{"apiVersion", "client.authentication.k8s.io/v1"},
                       {"kind", "ExecCredential"},
                       {"status", {{"token", token_of_new_service_account()}}}};
  home.write("answer", answer.dump());
  home.write_program("plugin", "cat " + home.path() + "/answer\n");
  home.write("ca.crt", access_.ca_pem);
  const std::string config =
      home.write("config",
                 "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
                 "clusters: [{name: c, cluster: {server: '" +
                     access_.server +
                     "', certificate-authority: ca.crt}}]\n"
                     "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, "
                     "command: ./plugin, interactiveMode: Never}}}]\n");
  const auto client = connect_as(find_cluster_access({.kubeconfig = config}, base::system_clock()));
  try {
    static_cast<void>(client->list(kConfigMaps, {.ns = "default"}, {}));
    FAIL() << "an account without a role may list";
  } catch (const ApiError& error) {
    EXPECT_THAT(error.what(), HasSubstr("system:serviceaccount:default:argus-test-"));
  }
}

TEST_F(ApiServer, WithTheClientCertificateOfAnExecPlugin) {
  const auto identity = access_.credentials->current({});
  ASSERT_FALSE(identity.client_certificate_pem.empty())
      << "ARGUS_TEST_KUBECONFIG must hold a client certificate.";
  const fakes::TemporaryDirectory home;
  const Json answer = {{"apiVersion", "client.authentication.k8s.io/v1"},
                       {"kind", "ExecCredential"},
                       {"status",
                        {{"clientCertificateData", identity.client_certificate_pem},
                         {"clientKeyData", identity.client_key_pem}}}};
  home.write("answer", answer.dump());
  ExecPlugin plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  plugin.command = "cat";
  plugin.arguments = {home.path() + "/answer"};
  ClusterAccess access = access_;
  access.credentials = exec_credentials(plugin, base::system_clock());
  EXPECT_TRUE(connect_as(access)->get(kNamespaces, {"", "default"}, {}));
}

TEST_F(ApiServer, ABadTokenIsSaidToBe) {
  ClusterAccess access = access_;
  access.credentials = fixed_credentials({"no-such-token", "", ""});
  try {
    static_cast<void>(connect_as(access)->get(kNamespaces, {"", "default"}, {}));
    FAIL() << "accepted";
  } catch (const ApiError& error) {
    EXPECT_EQ(error.status(), 401);
    EXPECT_THAT(error.what(), HasSubstr("does not accept the credentials"));
  }
}

TEST_F(ApiServer, AnotherCaIsATlsError) {
  ClusterAccess access = access_;
  access.ca_pem = access_.credentials->current({}).client_certificate_pem;
  try {
    static_cast<void>(connect_as(access)->get(kNamespaces, {"", "default"}, {}));
    FAIL() << "trusted";
  } catch (const TransportError& error) {
    EXPECT_EQ(error.kind(), TransportError::Kind::kTls);
    EXPECT_THAT(error.what(), HasSubstr("not signed by a trusted CA"));
  }
}

TEST_F(ApiServer, ManyThreadsShareOneClient) {
  std::vector<std::thread> threads;
  std::atomic<int> found = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) found += client_->get(kNamespaces, {"", "default"}, {}) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, 200);
}

}  // namespace
}  // namespace argus::kube
