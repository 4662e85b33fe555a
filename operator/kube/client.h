// The Kubernetes API, as this project uses it: typed errors, whole objects as JSON, server-side
// apply.
//
// Threads: every method may be called from many threads at once; each blocks its caller.
// Failure: ApiError for a Status the caller did not expect, base::TransportError when there is no
// answer. Expected outcomes are values: get() of what does not exist is std::nullopt, remove() of
// it is false.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "kube/errors.h"
#include "kube_object/object.h"

namespace argus::kube {

struct ListOptions {
  std::string ns{};  // empty: all namespaces
  std::string label_selector{};
  std::string field_selector{};
  std::int64_t limit = 500;  // objects a page
  std::string continue_token{};
  std::string resource_version{};
  // Only apiVersion, kind and metadata of each object (PartialObjectMetadata).
  bool metadata_only = false;
};

struct ListPage {
  std::vector<Json> items;
  std::string resource_version;
  std::string continue_token;  // empty on the last page
};

struct WatchOptions {
  std::string ns{};
  std::string label_selector{};
  std::string field_selector{};
  std::string resource_version{};
  // WatchList (KEP-3157): the server first sends the objects that exist, then a bookmark.
  bool send_initial_events = false;
  bool metadata_only = false;  // as in ListOptions
};

// Source: metav1.WatchEvent.
struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type;
  Json* object;  // may be moved from
};

enum class Propagation { kBackground, kForeground, kOrphan };

struct DeleteOptions {
  Propagation propagation = Propagation::kBackground;
  std::string uid{};               // precondition; empty for none
  std::string resource_version{};  // precondition; empty for none
};

class Client {
 public:
  virtual ~Client() = default;

  [[nodiscard]] virtual std::optional<Json> get(const Resource& resource, const ObjectKey& key,
                                                std::stop_token stop) = 0;
  [[nodiscard]] virtual ListPage list(const Resource& resource, const ListOptions& options,
                                      std::stop_token stop) = 0;

  // Streams until the server ends the watch (returns), `on_event` returns false (returns), or stop
  // is requested (throws TransportError kCancelled). An ERROR event is handed over like any other.
  virtual void watch(const Resource& resource, const WatchOptions& options, std::stop_token stop,
                     const std::function<bool(const WatchEvent&)>& on_event) = 0;

  // Server-side apply (PATCH application/apply-patch+yaml), force: what we own is ours.
  // `subresource`: empty, or "status".
  virtual Json apply(const Resource& resource, const Json& object, std::string_view field_manager,
                     std::string_view subresource, std::stop_token stop) = 0;
  virtual Json create(const Resource& resource, const Json& object, std::string_view field_manager,
                      std::stop_token stop) = 0;
  // PUT with the object's resourceVersion: ApiError is_conflict() when someone else was faster.
  virtual Json update(const Resource& resource, const Json& object, std::string_view field_manager,
                      std::string_view subresource, std::stop_token stop) = 0;
  // JSON merge patch (RFC 7386).
  virtual Json merge_patch(const Resource& resource, const ObjectKey& key, const Json& patch,
                           std::string_view field_manager, std::string_view subresource,
                           std::stop_token stop) = 0;
  // False when it does not exist. ApiError is_conflict() when a precondition does not hold.
  virtual bool remove(const Resource& resource, const ObjectKey& key, const DeleteOptions& options,
                      std::stop_token stop) = 0;

  // The resource that serves a kind, from discovery; std::nullopt when the server does not know the
  // kind now. Answers are kept until forget_discovery().
  [[nodiscard]] virtual std::optional<Resource> resource_for(const GroupVersionKind& gvk,
                                                             std::stop_token stop) = 0;
  virtual void forget_discovery() = 0;
  // "v1.36.3"
  [[nodiscard]] virtual std::string server_version(std::stop_token stop) = 0;
};

}  // namespace argus::kube
