#include "kube/rest_client.h"

#include <random>
#include <stdexcept>
#include <utility>

#include "base/mutex.h"
#include "kube/apply_patch.h"
#include "kube/discovery.h"
#include "kube/rate_limiter.h"
#include "kube/request_path.h"
#include "kube/status.h"
#include "kube/watch_decoder.h"

namespace argus::kube {
namespace {

using base::HttpRequest;
using base::HttpResponse;
using base::TransportError;

// The API server gives a request up after a minute; what takes half of that is lost already.
constexpr std::chrono::seconds kRequestTimeout{30};
// A watch is asked to end after five to ten minutes, as client-go does, so that the watches of many
// clients move to a restarted API server by and by.
constexpr std::chrono::seconds kWatchShortest{300};
constexpr std::chrono::seconds kWatchLongest{600};
// Bookmarks come about every minute. After three minutes without one the connection counts as dead.
constexpr std::chrono::seconds kWatchSilenceMax{180};

constexpr std::string_view kJson = "application/json";
// Kubernetes API concepts, "Metadata-only fetches".
constexpr std::string_view kMetadataOnly =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
constexpr std::string_view kMetadataOnlyList =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const GroupVersionKind kPartialObject{"meta.k8s.io", "v1", "PartialObjectMetadata"};

std::string_view name_of(Propagation propagation) {
  switch (propagation) {
    case Propagation::kBackground:
      return "Background";
    case Propagation::kForeground:
      return "Foreground";
    case Propagation::kOrphan:
      return "Orphan";
  }
  return "Background";
}

Json delete_body(const DeleteOptions& options) {
  Json body = Json::object();
  body["apiVersion"] = "v1";
  body["kind"] = "DeleteOptions";
  body["propagationPolicy"] = name_of(options.propagation);
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) {
    body["preconditions"]["resourceVersion"] = options.resource_version;
  }
  return body;
}

// The items of a list of a built-in kind do not say what they are.
void name_kind(Json& item, const GroupVersionKind& gvk) {
  if (!item.is_object()) return;
  if (!item.contains("apiVersion")) item["apiVersion"] = gvk.api_version();
  if (!item.contains("kind")) item["kind"] = gvk.kind;
}

ListPage page_from(Json list, const GroupVersionKind& gvk) {
  ListPage page;
  if (const auto metadata = list.find("metadata"); metadata != list.end()) {
    page.resource_version = text_member(*metadata, "resourceVersion");
    page.continue_token = text_member(*metadata, "continue");
  }
  const auto items = list.find("items");
  if (items == list.end() || !items->is_array()) return page;
  page.items = std::move(items->get_ref<Json::array_t&>());
  for (Json& item : page.items) name_kind(item, gvk);
  return page;
}

class RestClient final : public Client {
 public:
  RestClient(std::unique_ptr<base::HttpTransport> transport, RestClientOptions options,
             base::Clock& clock, base::Metrics& metrics)
      : transport_(std::move(transport)),
        options_(std::move(options)),
        metrics_(metrics),
        limiter_(options_.requests_per_second, options_.request_burst, clock),
        discovery_([this](const std::string& path, std::stop_token stop) {
          return read(path, std::move(stop));
        }) {}

  std::optional<Json> get(const Resource& resource, const ObjectKey& key,
                          std::stop_token stop) override {
    return read(object_path(resource, key), std::move(stop));
  }

  ListPage list(const Resource& resource, const ListOptions& options,
                std::stop_token stop) override {
    Query query;
    query.add("labelSelector", options.label_selector).add("fieldSelector", options.field_selector);
    if (options.limit > 0) query.add("limit", options.limit);
    // A continue token carries its own resource version; the server refuses both together.
    if (options.continue_token.empty()) {
      query.add("resourceVersion", options.resource_version);
    } else {
      query.add("continue", options.continue_token);
    }
    HttpRequest request = request_for("GET", collection_path(resource, options.ns) + query.text());
    if (options.metadata_only) request.headers["Accept"] = kMetadataOnlyList;
    return page_from(object_from(send(request, std::move(stop)), request),
                     options.metadata_only ? kPartialObject : resource.gvk);
  }

  void watch(const Resource& resource, const WatchOptions& options, std::stop_token stop,
             const std::function<bool(const WatchEvent&)>& on_event) override {
    Query query;
    query.add("watch", "true").add("allowWatchBookmarks", "true");
    query.add("labelSelector", options.label_selector).add("fieldSelector", options.field_selector);
    query.add("resourceVersion", options.resource_version);
    if (options.send_initial_events) {
      query.add("sendInitialEvents", "true").add("resourceVersionMatch", "NotOlderThan");
    }
    query.add("timeoutSeconds", watch_duration().count());
    HttpRequest request = request_for("GET", collection_path(resource, options.ns) + query.text());
    request.timeout = kWatchSilenceMax;
    if (options.metadata_only) request.headers["Accept"] = kMetadataOnly;
    WatchDecoder decoder;
    bool enough = false;
    const auto on_data = [&](std::string_view bytes) {
      enough = !decoder.feed(bytes, on_event);
      return !enough;
    };
    const HttpResponse response = exchange(request, stop, [&](const HttpRequest& turn) {
      return transport_->stream(turn, stop, on_data);
    });
    if (response.status < 200 || response.status > 299) throw error_from(response, name(request));
    if (!enough) decoder.finish();
  }

  Json apply(const Resource& resource, const Json& object, std::string_view field_manager,
             std::string_view subresource, std::stop_token stop) override {
    Query query;
    query.add("fieldManager", field_manager).add("force", "true");
    return write("PATCH", object_path(resource, key_of(object), subresource) + query.text(),
                 "application/apply-patch+yaml", apply_patch_of(object), std::move(stop));
  }

  Json create(const Resource& resource, const Json& object, std::string_view field_manager,
              std::stop_token stop) override {
    const ObjectKey key = key_of(object);
    if (resource.namespaced && key.ns.empty()) {
      throw std::invalid_argument("A " + resource.gvk.kind +
                                  " is to be created without a namespace.");
    }
    Query query;
    query.add("fieldManager", field_manager);
    return write("POST", collection_path(resource, key.ns) + query.text(), kJson, object.dump(),
                 std::move(stop));
  }

  Json update(const Resource& resource, const Json& object, std::string_view field_manager,
              std::string_view subresource, std::stop_token stop) override {
    Query query;
    query.add("fieldManager", field_manager);
    return write("PUT", object_path(resource, key_of(object), subresource) + query.text(), kJson,
                 object.dump(), std::move(stop));
  }

  Json merge_patch(const Resource& resource, const ObjectKey& key, const Json& patch,
                   std::string_view field_manager, std::string_view subresource,
                   std::stop_token stop) override {
    Query query;
    query.add("fieldManager", field_manager);
    return write("PATCH", object_path(resource, key, subresource) + query.text(),
                 "application/merge-patch+json", patch.dump(), std::move(stop));
  }

  bool remove(const Resource& resource, const ObjectKey& key, const DeleteOptions& options,
              std::stop_token stop) override {
    HttpRequest request = request_for("DELETE", object_path(resource, key));
    request.headers["Content-Type"] = kJson;
    request.body = delete_body(options).dump();
    const HttpResponse response = send(request, std::move(stop));
    if (response.status == 404) return false;
    static_cast<void>(object_from(response, request));
    return true;
  }

  std::optional<Resource> resource_for(const GroupVersionKind& gvk, std::stop_token stop) override {
    return discovery_.resource_for(gvk, std::move(stop));
  }
  void forget_discovery() override { discovery_.forget(); }

  std::string server_version(std::stop_token stop) override {
    const HttpRequest request = request_for("GET", "/version");
    return text_member(object_from(send(request, std::move(stop)), request), "gitVersion");
  }

 private:
  [[nodiscard]] HttpRequest request_for(std::string method, std::string path) const {
    HttpRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.headers["Accept"] = kJson;
    request.headers["User-Agent"] = options_.user_agent;
    request.timeout = kRequestTimeout;
    return request;
  }

  // What an error message calls a request.
  static std::string name(const HttpRequest& request) {
    return request.method + " " + request.path.substr(0, request.path.find('?'));
  }

  std::chrono::seconds watch_duration() {
    const base::MutexLock lock(random_mutex_);
    std::uniform_int_distribution<std::chrono::seconds::rep> between(kWatchShortest.count(),
                                                                     kWatchLongest.count());
    return std::chrono::seconds(between(random_));
  }

  void count(const HttpRequest& request, const std::string& code) {
    metrics_
        .counter("rest_client_requests_total",
                 "Number of HTTP requests, partitioned by status code, method, and host.",
                 {{"code", code}, {"method", request.method}, {"host", options_.host}})
        .increment();
  }

  // One request in its turn, counted; once more when its credentials were refused and others may
  // do.
  template <typename Attempt>
  HttpResponse exchange(const HttpRequest& request, const std::stop_token& stop,
                        const Attempt& attempt) {
    HttpResponse response = counted(request, stop, attempt);
    if (response.status == 401 && options_.on_unauthorized && options_.on_unauthorized()) {
      response = counted(request, stop, attempt);
    }
    return response;
  }

  template <typename Attempt>
  HttpResponse counted(const HttpRequest& request, const std::stop_token& stop,
                       const Attempt& attempt) {
    if (!limiter_.wait(stop)) {
      throw TransportError(TransportError::Kind::kCancelled, name(request) + ": cancelled.");
    }
    try {
      HttpResponse response = attempt(request);
      count(request, std::to_string(response.status));
      return response;
    } catch (const TransportError& error) {
      if (error.kind() != TransportError::Kind::kCancelled) count(request, "<error>");
      throw;
    }
  }

  HttpResponse send(const HttpRequest& request, std::stop_token stop) {
    return exchange(request, stop,
                    [&](const HttpRequest& turn) { return transport_->send(turn, stop); });
  }

  // The object that a successful answer holds.
  static Json object_from(const HttpResponse& response, const HttpRequest& request) {
    if (response.status < 200 || response.status > 299) throw error_from(response, name(request));
    Json object = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
      throw TransportError(TransportError::Kind::kBroken,
                           name(request) + ": the answer is not a JSON object.");
    }
    return object;
  }

  std::optional<Json> read(const std::string& path, std::stop_token stop) {
    const HttpRequest request = request_for("GET", path);
    const HttpResponse response = send(request, std::move(stop));
    if (response.status == 404) return std::nullopt;
    return object_from(response, request);
  }

  Json write(std::string_view method, std::string path, std::string_view content_type,
             std::string body, std::stop_token stop) {
    HttpRequest request = request_for(std::string(method), std::move(path));
    request.headers["Content-Type"] = content_type;
    request.body = std::move(body);
    return object_from(send(request, std::move(stop)), request);
  }

  const std::unique_ptr<base::HttpTransport> transport_;
  const RestClientOptions options_;
  base::Metrics& metrics_;
  RateLimiter limiter_;
  Discovery discovery_;
  base::Mutex random_mutex_;
  std::mt19937 random_ ARGUS_GUARDED_BY(random_mutex_){std::random_device{}()};
};

}  // namespace

std::unique_ptr<Client> make_rest_client(std::unique_ptr<base::HttpTransport> transport,
                                         RestClientOptions options, base::Clock& clock,
                                         base::Metrics& metrics) {
  return std::make_unique<RestClient>(std::move(transport), std::move(options), clock, metrics);
}

}  // namespace argus::kube
