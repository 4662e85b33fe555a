#include "kube/rest_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <stdexcept>

#include "fakes/fake_clock.h"
#include "fakes/fake_transport.h"

namespace argus::kube {
namespace {

using base::HttpRequest;
using base::TransportError;
using fakes::FakeTransport;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const Resource kPods{{"", "v1", "Pod"}, "pods", true};
const Resource kDeployments{{"apps", "v1", "Deployment"}, "deployments", true};
const Resource kNamespaces{{"", "v1", "Namespace"}, "namespaces", false};

std::string status(int code, const std::string& reason) {
  return R"({"kind":"Status","code":)" + std::to_string(code) + R"(,"reason":")" + reason +
         R"(","message":"said by the server"})";
}

class RestClient : public testing::Test {
 protected:
  RestClient() {
    RestClientOptions options;
    options.user_agent = "argus-test/1";
    options.host = "h:1";
    options.on_unauthorized = [this] {
      ++refusals_;
      return fresh_credentials_;
    };
    auto transport = std::make_unique<FakeTransport>();
    transport_ = transport.get();
    client_ = make_rest_client(std::move(transport), options, clock_, metrics_);
  }

  void answers(int code, const std::string& body, base::HttpHeaders headers = {}) {
    transport_->answer({code, std::move(headers), body});
  }
  HttpRequest asked() { return transport_->requests().back(); }

  base::FakeClock clock_;
  base::Metrics metrics_;
  FakeTransport* transport_ = nullptr;  // owned by client_
  std::unique_ptr<Client> client_;
  int refusals_ = 0;
  bool fresh_credentials_ = false;
};

TEST_F(RestClient, GetIsAnObjectOrNothing) {
  answers(200, R"({"kind":"Pod","metadata":{"name":"a"}})");
  answers(404, status(404, "NotFound"));
  EXPECT_EQ(key_of(client_->get(kPods, {"ns", "a"}, {}).value()).name, "a");
  EXPECT_EQ(asked().method, "GET");
  EXPECT_EQ(asked().path, "/api/v1/namespaces/ns/pods/a");
  EXPECT_EQ(asked().headers.at("accept"), "application/json");
  EXPECT_EQ(asked().headers.at("user-agent"), "argus-test/1");
  EXPECT_EQ(client_->get(kPods, {"ns", "b"}, {}), std::nullopt);
}

TEST_F(RestClient, AnUnexpectedStatusIsAnApiError) {
  answers(403, status(403, "Forbidden"));
  try {
    static_cast<void>(client_->get(kPods, {"ns", "a"}, {}));
    FAIL() << "accepted";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_forbidden());
    EXPECT_STREQ(error.what(), "said by the server");
  }
}

TEST_F(RestClient, AnAnswerThatIsNoObjectIsBroken) {
  answers(200, "[1");
  EXPECT_THROW(static_cast<void>(client_->get(kPods, {"ns", "a"}, {})), TransportError);
}

TEST_F(RestClient, ListAsksForAPage) {
  answers(200, R"({"kind":"PodList","metadata":{"resourceVersion":"9","continue":"c1"},
                   "items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})");
  ListOptions options;
  options.label_selector = "app=x";
  options.field_selector = "metadata.name=a";
  options.resource_version = "0";
  const ListPage page = client_->list(kPods, options, {});
  EXPECT_EQ(asked().path,
            "/api/v1/pods?labelSelector=app%3Dx&fieldSelector=metadata.name%3Da&limit=500"
            "&resourceVersion=0");
  EXPECT_EQ(page.resource_version, "9");
  EXPECT_EQ(page.continue_token, "c1");
  ASSERT_EQ(page.items.size(), 2U);
  // Items of built-in kinds do not say what they are; ours do.
  EXPECT_EQ(gvk_of(page.items[1]), kPods.gvk);
}

TEST_F(RestClient, AContinueTokenCarriesItsResourceVersion) {
  answers(200, R"({"metadata":{"resourceVersion":"9"},"items":null})");
  ListOptions options;
  options.ns = "ns";
  options.continue_token = "c1";
  options.resource_version = "0";
  const ListPage page = client_->list(kDeployments, options, {});
  EXPECT_EQ(asked().path, "/apis/apps/v1/namespaces/ns/deployments?limit=500&continue=c1");
  EXPECT_TRUE(page.items.empty());
  EXPECT_EQ(page.continue_token, "");
}

TEST_F(RestClient, AnExpiredContinueTokenIsSaid) {
  answers(410, status(410, "Expired"));
  try {
    static_cast<void>(client_->list(kPods, {}, {}));
    FAIL() << "accepted";
  } catch (const ApiError& error) {
    EXPECT_TRUE(error.is_expired());
  }
}

TEST_F(RestClient, WatchHandsOverEveryEventHoweverItIsCut) {
  answers(200, R"({"type":"ADDED","object":{"metadata":{"name":"a"}}}
{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}}
{"type":"ERROR","object":{"kind":"Status","code":410}}
)");
  std::vector<std::string> seen;
  WatchOptions options;
  options.ns = "ns";
  options.label_selector = "a=b";
  options.resource_version = "11";
  client_->watch(kPods, options, {}, [&](const WatchEvent& event) {
    seen.push_back(std::to_string(static_cast<int>(event.type)));
    return true;
  });
  EXPECT_THAT(seen, ElementsAre("0", "3", "4"));
  EXPECT_THAT(asked().path,
              StartsWith("/api/v1/namespaces/ns/pods?watch=true&allowWatchBookmarks=true"
                         "&labelSelector=a%3Db&resourceVersion=11&timeoutSeconds="));
  EXPECT_GT(asked().timeout, std::chrono::minutes(1));  // bookmarks come about every minute
}

TEST_F(RestClient, AWatchIsAskedToEndAfterFiveToTenMinutes) {
  for (int i = 0; i < 20; ++i) {
    answers(200, "");
    client_->watch(kPods, {}, {}, [](const WatchEvent&) { return true; });
    const std::string path = asked().path;
    const std::size_t at = path.find("timeoutSeconds=") + 15;
    int seconds = 0;
    std::from_chars(path.data() + at, path.data() + path.size(), seconds);
    EXPECT_GE(seconds, 300);
    EXPECT_LE(seconds, 600);
  }
}

TEST_F(RestClient, WatchListAsksForTheInitialEvents) {
  answers(200, "");
  WatchOptions options;
  options.send_initial_events = true;
  client_->watch(kPods, options, {}, [](const WatchEvent&) { return true; });
  EXPECT_THAT(asked().path, HasSubstr("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"));
}

TEST_F(RestClient, MetadataOnlyIsAskedForByTheAcceptHeader) {
  answers(200, R"({"metadata":{},"items":[{"metadata":{"name":"a"}}]})");
  ListOptions list;
  list.metadata_only = true;
  EXPECT_EQ(gvk_of(client_->list(kPods, list, {}).items.front()).kind, "PartialObjectMetadata");
  EXPECT_EQ(asked().headers.at("accept"),
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  answers(200, "");
  WatchOptions watch;
  watch.metadata_only = true;
  client_->watch(kPods, watch, {}, [](const WatchEvent&) { return true; });
  EXPECT_EQ(asked().headers.at("accept"),
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
}

TEST_F(RestClient, AWatchThatIsRefusedIsAnApiError) {
  answers(422, status(422, "Invalid"));
  EXPECT_THROW(client_->watch(kPods, {}, {}, [](const WatchEvent&) { return true; }), ApiError);
}

TEST_F(RestClient, AWatchMayBeLeftInTheMiddleOfAnEvent) {
  transport_->set_piece_bytes(70);
  answers(200, R"({"type":"ADDED","object":{}}
{"type":"ADDED","object":{"metadata":{"name":"cut"}}})");
  int events = 0;
  client_->watch(kPods, {}, {}, [&](const WatchEvent&) { return ++events < 1; });
  EXPECT_EQ(events, 1);
}

TEST_F(RestClient, AWatchThatEndsInTheMiddleOfAnEventIsBroken) {
  answers(200, R"({"type":"ADDED")");
  EXPECT_THROW(client_->watch(kPods, {}, {}, [](const WatchEvent&) { return true; }),
               TransportError);
}

TEST_F(RestClient, ApplyForcesAsTheFieldManager) {
  answers(201, R"({"metadata":{"uid":"u"}})");
  const Json object = Json::parse(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"ns","name":"a"}})");
  const Json applied = client_->apply(kDeployments, object, "argus.dev/operator", "status", {});
  EXPECT_EQ(uid_of(applied), "u");
  EXPECT_EQ(asked().method, "PATCH");
  EXPECT_EQ(asked().path,
            "/apis/apps/v1/namespaces/ns/deployments/a/status"
            "?fieldManager=argus.dev%2Foperator&force=true");
  EXPECT_EQ(asked().headers.at("content-type"), "application/apply-patch+yaml");
  EXPECT_EQ(Json::parse(asked().body), object);
}

TEST_F(RestClient, CreateUpdateAndPatch) {
  const Json object = Json::parse(R"({"metadata":{"namespace":"ns","name":"a"}})");
  answers(201, "{}");
  client_->create(kPods, object, "m", {});
  EXPECT_EQ(asked().method + " " + asked().path, "POST /api/v1/namespaces/ns/pods?fieldManager=m");
  answers(200, "{}");
  client_->update(kPods, object, "m", "", {});
  EXPECT_EQ(asked().method + " " + asked().path, "PUT /api/v1/namespaces/ns/pods/a?fieldManager=m");
  answers(200, "{}");
  client_->merge_patch(kNamespaces, {"", "n"}, Json::parse(R"({"x":null})"), "m", "", {});
  EXPECT_EQ(asked().method + " " + asked().path, "PATCH /api/v1/namespaces/n?fieldManager=m");
  EXPECT_EQ(asked().headers.at("content-type"), "application/merge-patch+json");
  EXPECT_EQ(asked().body, R"({"x":null})");
}

TEST_F(RestClient, AnObjectWithoutItsNamespaceIsAMistakeOfTheCaller) {
  const Json object = Json::parse(R"({"metadata":{"name":"a"}})");
  EXPECT_THROW(client_->create(kPods, object, "m", {}), std::invalid_argument);
  EXPECT_THROW(client_->apply(kPods, object, "m", "", {}), std::invalid_argument);
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(RestClient, RemoveWithPreconditions) {
  answers(200, R"({"kind":"Status","status":"Success"})");
  DeleteOptions options;
  options.propagation = Propagation::kOrphan;
  options.uid = "u";
  options.resource_version = "7";
  EXPECT_TRUE(client_->remove(kPods, {"ns", "a"}, options, {}));
  EXPECT_EQ(asked().method, "DELETE");
  EXPECT_EQ(Json::parse(asked().body),
            Json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Orphan",
                            "preconditions":{"uid":"u","resourceVersion":"7"}})"));
  answers(404, status(404, "NotFound"));
  EXPECT_FALSE(client_->remove(kPods, {"ns", "a"}, {}, {}));
  EXPECT_FALSE(Json::parse(asked().body).contains("preconditions"));
  answers(409, status(409, "Conflict"));
  EXPECT_THROW(client_->remove(kPods, {"ns", "a"}, options, {}), ApiError);
}

TEST_F(RestClient, DiscoveryIsAskedOnceAGroupVersionUntilItIsForgotten) {
  const std::string list = R"({"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
      {"name":"deployments","kind":"Deployment","namespaced":true},
      {"name":"deployments/scale","kind":"Scale","namespaced":true},
      {"name":"things","kind":"Thing","namespaced":false}]})";
  answers(200, list);
  const auto deployment = client_->resource_for({"apps", "v1", "Deployment"}, {});
  ASSERT_TRUE(deployment);
  EXPECT_EQ(asked().path, "/apis/apps/v1");
  EXPECT_EQ(deployment->plural, "deployments");
  EXPECT_TRUE(deployment->namespaced);
  EXPECT_FALSE(client_->resource_for({"apps", "v1", "Thing"}, {})->namespaced);
  EXPECT_FALSE(client_->resource_for({"apps", "v1", "Scale"}, {}));
  EXPECT_EQ(transport_->requests().size(), 1U);

  answers(404, "404 page not found");
  EXPECT_FALSE(client_->resource_for({"keda.sh", "v1alpha1", "ScaledObject"}, {}));
  EXPECT_FALSE(client_->resource_for({"keda.sh", "v1alpha1", "ScaledObject"}, {}));
  EXPECT_EQ(transport_->requests().size(), 2U);

  client_->forget_discovery();
  answers(200, list);
  EXPECT_TRUE(client_->resource_for({"apps", "v1", "Deployment"}, {}));
  EXPECT_EQ(transport_->requests().size(), 3U);
}

TEST_F(RestClient, DiscoveryThatFailsIsNotRemembered) {
  answers(503, status(503, "ServiceUnavailable"));
  answers(200, R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true}]})");
  EXPECT_THROW(static_cast<void>(client_->resource_for({"", "v1", "Pod"}, {})), ApiError);
  EXPECT_TRUE(client_->resource_for({"", "v1", "Pod"}, {}));
  EXPECT_EQ(asked().path, "/api/v1");
}

TEST_F(RestClient, ServerVersion) {
  answers(200, R"({"major":"1","minor":"36","gitVersion":"v1.36.3"})");
  EXPECT_EQ(client_->server_version({}), "v1.36.3");
  EXPECT_EQ(asked().path, "/version");
}

TEST_F(RestClient, A401IsTriedOnceMoreWhenCredentialsMayBeFresh) {
  fresh_credentials_ = true;
  answers(401, status(401, "Unauthorized"));
  answers(200, R"({"metadata":{"name":"a"}})");
  EXPECT_TRUE(client_->get(kPods, {"ns", "a"}, {}));
  EXPECT_EQ(refusals_, 1);
  answers(401, status(401, "Unauthorized"));
  answers(401, status(401, "Unauthorized"));
  EXPECT_THROW(static_cast<void>(client_->get(kPods, {"ns", "a"}, {})), ApiError);
  EXPECT_EQ(refusals_, 2);
  fresh_credentials_ = false;
  answers(401, status(401, "Unauthorized"));
  EXPECT_THROW(static_cast<void>(client_->get(kPods, {"ns", "a"}, {})), ApiError);
}

TEST_F(RestClient, RequestsAreCountedAsClientGoCountsThem) {
  const auto count = [&](const std::string& code, const std::string& method) {
    return metrics_
        .counter("rest_client_requests_total",
                 "Number of HTTP requests, partitioned by status code, method, and host.",
                 {{"code", code}, {"method", method}, {"host", "h:1"}})
        .value();
  };
  answers(200, R"({"a":1})");
  static_cast<void>(client_->get(kPods, {"ns", "a"}, {}));
  answers(404, status(404, "NotFound"));
  client_->remove(kPods, {"ns", "a"}, {}, {});
  transport_->fail({TransportError::Kind::kConnect, "refused"});
  EXPECT_THROW(static_cast<void>(client_->get(kPods, {"ns", "a"}, {})), TransportError);
  transport_->fail({TransportError::Kind::kCancelled, "cancelled"});
  EXPECT_THROW(static_cast<void>(client_->get(kPods, {"ns", "a"}, {})), TransportError);
  EXPECT_EQ(count("200", "GET"), 1);
  EXPECT_EQ(count("404", "DELETE"), 1);
  EXPECT_EQ(count("<error>", "GET"), 1);
}

TEST_F(RestClient, AStopBeforeItsTurnCancelsARequest) {
  std::stop_source stop;
  stop.request_stop();
  try {
    static_cast<void>(client_->get(kPods, {"ns", "a"}, stop.get_token()));
    FAIL() << "sent";
  } catch (const TransportError& error) {
    EXPECT_EQ(error.kind(), TransportError::Kind::kCancelled);
  }
  EXPECT_TRUE(transport_->requests().empty());
}

}  // namespace
}  // namespace argus::kube
