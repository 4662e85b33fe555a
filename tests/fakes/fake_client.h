// An API server in memory, behind kube::Client: resource versions, paged lists over a snapshot,
// watches with history and bookmarks, WatchList, 410, optimistic locking, generation, finalizers,
// the status subresource, CustomResourceDefinitions that come and go. tests/operator/runtime runs
// one contract suite against it and against a real kube-apiserver.
//
// Not like the real one: server-side apply replaces lists whole, and takes away the fields that the
// same manager applied before and no longer does; nothing is defaulted or validated; there is no
// garbage collection.
//
//   FakeClient client;
//   client.define({{"argus.dev", "v1alpha1", "ArgusDataLayer"}, "argusdatalayers"});
//   client.put(object);                       // somebody else's change: not in requests()
//   client.intercept([](const FakeRequest& request, std::stop_token) { throw ApiError(...); });
//
// Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kube/client.h"

namespace argus::fakes {

enum class Verb { kGet, kList, kWatch, kApply, kCreate, kUpdate, kPatch, kDelete, kDiscovery };

struct FakeRequest {
  Verb verb = Verb::kGet;
  kube::GroupVersionKind gvk;
  kube::ObjectKey key;      // empty name for list and watch
  std::string subresource;  // empty or "status"
  bool watch_list = false;  // a watch with sendInitialEvents
  // PATCH, POST, PUT or DELETE.
  [[nodiscard]] bool is_write() const { return verb >= Verb::kApply && verb <= Verb::kDelete; }
};

class FakeClient final : public kube::Client {
 public:
  // Serves the built-in kinds this project uses, of their current versions.
  FakeClient();

  // kube::Client
  std::optional<kube::Json> get(const kube::Resource& resource, const kube::ObjectKey& key,
                                std::stop_token stop) override;
  kube::ListPage list(const kube::Resource& resource, const kube::ListOptions& options,
                      std::stop_token stop) override;
  void watch(const kube::Resource& resource, const kube::WatchOptions& options,
             std::stop_token stop,
             const std::function<bool(const kube::WatchEvent&)>& on_event) override;
  kube::Json apply(const kube::Resource& resource, const kube::Json& object,
                   std::string_view field_manager, std::string_view subresource,
                   std::stop_token stop) override;
  kube::Json create(const kube::Resource& resource, const kube::Json& object,
                    std::string_view field_manager, std::stop_token stop) override;
  kube::Json update(const kube::Resource& resource, const kube::Json& object,
                    std::string_view field_manager, std::string_view subresource,
                    std::stop_token stop) override;
  kube::Json merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                         const kube::Json& patch, std::string_view field_manager,
                         std::string_view subresource, std::stop_token stop) override;
  bool remove(const kube::Resource& resource, const kube::ObjectKey& key,
              const kube::DeleteOptions& options, std::stop_token stop) override;
  std::optional<kube::Resource> resource_for(const kube::GroupVersionKind& gvk,
                                             std::stop_token stop) override;
  void forget_discovery() override;
  std::string server_version(std::stop_token stop) override;

  // What somebody else does; not recorded in requests().
  void define(const kube::Resource& resource);       // install a CustomResourceDefinition
  void undefine(const kube::GroupVersionKind& gvk);  // remove it and its objects
  kube::Json put(const kube::Json& object);          // create or replace, status included
  void erase(const kube::GroupVersionKind& gvk, const kube::ObjectKey& key);
  [[nodiscard]] std::optional<kube::Json> peek(const kube::GroupVersionKind& gvk,
                                               const kube::ObjectKey& key) const;
  [[nodiscard]] std::vector<kube::Json> peek_all(const kube::GroupVersionKind& gvk) const;

  // What the network and the server do.
  void compact();         // forget history: older resource versions and continue tokens are 410
  void end_watches();     // as a server does after some minutes
  void send_bookmarks();  // to every watch
  void serve_watch_list(bool supported);
  // Expired watches answer with status 410 (true) or with an ERROR event (false, the default).
  void expire_by_status(bool by_status);
  // Called before every recorded request, without a lock; may throw, may block. Empty: none.
  void intercept(std::function<void(const FakeRequest&, std::stop_token)> hook);

  [[nodiscard]] std::vector<FakeRequest> requests() const;
  [[nodiscard]] std::size_t count(const std::function<bool(const FakeRequest&)>& which) const;
  [[nodiscard]] std::size_t count(Verb verb) const;
  void forget_requests();
  [[nodiscard]] int open_watches() const { return open_watches_; }

 private:
  using Kind = std::pair<std::string, std::string>;  // group, kind
  struct Event {
    std::uint64_t version = 0;
    Kind kind;
    kube::Json before;  // null: created
    kube::Json after;   // null: deleted
  };
  struct Snapshot {
    std::uint64_t version = 0;
    std::deque<kube::Json> rest;
  };
  struct WatchCursor;

  void enter(const FakeRequest& request, std::stop_token stop);
  void require_served(const kube::Resource& resource) const;
  kube::Json store(const Kind& kind, const kube::ObjectKey& key, kube::Json object);
  void erase_stored(const Kind& kind, const kube::ObjectKey& key);
  kube::Json replace(const kube::Resource& resource, const kube::Json& before, kube::Json after,
                     std::string_view subresource);
  kube::Json insert(const kube::Resource& resource, kube::Json object);
  kube::Json* find(const Kind& kind, const kube::ObjectKey& key);
  [[nodiscard]] std::deque<kube::Json> matching(const kube::Resource& resource,
                                                const std::string& ns, const std::string& labels,
                                                const std::string& fields) const;
  [[nodiscard]] std::vector<std::pair<kube::WatchEvent::Type, kube::Json>> due(
      const kube::Resource& resource, const kube::WatchOptions& options, WatchCursor& cursor) const;

  std::atomic<int> open_watches_{0};

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  // Protected by mutex_:
  std::function<void(const FakeRequest&, std::stop_token)> hook_;
  std::vector<FakeRequest> requests_;
  std::map<Kind, kube::Resource> served_;
  std::map<kube::GroupVersionKind, std::optional<kube::Resource>> discovered_;
  std::map<Kind, std::map<kube::ObjectKey, kube::Json>> objects_;
  std::map<std::string, std::map<std::string, kube::Json>> applied_;  // UID -> manager -> fields
  std::vector<Event> history_;
  std::map<std::string, Snapshot> snapshots_;  // by continue token
  std::uint64_t version_ = 1000;
  std::uint64_t compacted_ = 0;
  std::uint64_t bookmarks_ = 0;
  std::uint64_t watch_generation_ = 0;
  std::uint64_t names_ = 0;
  bool watch_list_ = true;
  bool expire_by_status_ = false;
};

}  // namespace argus::fakes
