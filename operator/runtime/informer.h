// Keeps an ObjectStore equal to what the API server holds of one selection of one kind.
//
//   WaitingForKind --served--> Listing --whole list--> Watching
//        ^                      ^   |                   |   |
//        |                      |   +--failure--> BackingOff <--failure
//        +----- 404 / CRD removed    410 Expired: back to Listing
//
// Listing is a WatchList (KEP-3157) where the server has it: the objects arrive as watch events,
// then a bookmark, and the same request goes on as the watch. Any failure of it falls back to a
// list in pages for this time, a refusal (422, 400) for good. A list whose continue token expires
// starts again. A watch that ends is taken up at the last resource version seen; 410, as a status
// or as an ERROR event, leads to a new list, whose difference to the store tells what was deleted
// meanwhile. When the kind's CustomResourceDefinition goes, the store empties, and the informer
// waits for its return.
//
// Threads: run() is one thread; everything else may be called from any. Listeners are called on
// run()'s thread with no lock held, and must not block; add_listener() tells the new listener of
// what is in the store on the caller's thread, so that one object may be announced twice, but none
// is missed. Failure: none leaves run(); the last one is in status().problem, for people.
#pragma once

#include <atomic>
#include <chrono>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "kube/client.h"
#include "runtime/object_store.h"
#include "runtime/served_kinds.h"

namespace argus::runtime {

// What an informer watches. Equal selections share one informer.
struct Selection {
  kube::GroupVersionKind gvk;
  std::string ns = {};  // empty: all namespaces
  std::string label_selector = {};
  std::string field_selector = {};
  bool metadata_only = false;
  auto operator<=>(const Selection&) const = default;
  [[nodiscard]] std::string to_string() const;  // "apps/v1 StatefulSet in argus"
};

// Takes out of an object what readers do not need, before it is cached. Must keep metadata's name,
// namespace, uid, resourceVersion and ownerReferences.
using Trim = std::function<void(kube::Json&)>;

struct InformerOptions {
  bool watch_list = true;  // try WatchList first
  Trim trim = {};
  Indexes indexes = {};
};

enum class InformerState { kWaitingForKind, kListing, kWatching, kBackingOff, kStopped };

struct InformerStatus {
  InformerState state = InformerState::kWaitingForKind;
  // The store has held a whole list since the kind was last found to be served.
  bool synced = false;
  // Whether the server serves the kind; std::nullopt until it was asked.
  std::optional<bool> served;
  // The API server refused us (403): a Role is missing.
  bool forbidden = false;
  // The last failure, as a sentence; empty when all is well.
  std::string problem;
};

struct InformerListener {
  std::function<void(const Change&)> on_change = {};
  // The status changed in a way that readers care about: synced, served or forbidden.
  std::function<void(const InformerStatus&)> on_status = {};
};

class Informer {
 public:
  // Objects a list page; client-go's page size.
  static constexpr std::int64_t kPageSize = 500;
  // Between failures: doubling, with jitter up to twice the delay, as client-go's reflector.
  static constexpr std::chrono::milliseconds kBackOffFirst{800};
  static constexpr std::chrono::milliseconds kBackOffLongest{30'000};
  // After this long without a failure the next one is the first again.
  static constexpr std::chrono::milliseconds kBackOffReset{120'000};
  // A watch that ends sooner, without an event, counts as a failure.
  static constexpr std::chrono::milliseconds kWatchTooShort{1'000};
  // A kind that is not served is asked for this often, should word of its CRD not reach us ...
  static constexpr std::chrono::milliseconds kKindPollInterval{10'000};
  // ... and this often for a while after its CRD changed: the server needs a moment to serve it.
  static constexpr std::chrono::milliseconds kKindSettleInterval{250};
  static constexpr std::chrono::milliseconds kKindSettleTime{15'000};

  // The references must outlive the informer.
  Informer(kube::Client& client, base::Clock& clock, ServedKinds& served_kinds, Selection selection,
           InformerOptions options);
  ~Informer();
  Informer(const Informer&) = delete;
  Informer& operator=(const Informer&) = delete;

  void run(std::stop_token stop);

  // The listener is called as long as its owner keeps it.
  void add_listener(const std::shared_ptr<const InformerListener>& listener);

  [[nodiscard]] const ObjectStore& store() const { return store_; }
  [[nodiscard]] const Selection& selection() const { return selection_; }
  [[nodiscard]] InformerStatus status() const;

 private:
  struct Stream;
  struct Signal;

  InformerState wait_for_kind(std::stop_token stop);
  InformerState list(std::stop_token stop);
  InformerState list_pages(std::stop_token stop);
  InformerState watch(bool initial_events, std::stop_token stop);
  InformerState back_off(std::stop_token stop);
  InformerState failed(const std::exception& error);
  InformerState kind_gone();
  bool take_event(const kube::WatchEvent& event, Stream& stream);
  void listed(std::vector<kube::SharedObject> objects, const std::string& resource_version);
  [[nodiscard]] kube::SharedObject cached_form(kube::Json object) const;
  void announce(const std::vector<Change>& changes) ARGUS_EXCLUDES(mutex_);
  void update_status(const std::function<void(InformerStatus&)>& edit) ARGUS_EXCLUDES(mutex_);
  std::vector<std::shared_ptr<const InformerListener>> listeners();

  kube::Client& client_;
  base::Clock& clock_;
  ServedKinds& served_kinds_;
  const Selection selection_;
  const InformerOptions options_;
  ObjectStore store_;
  std::shared_ptr<Signal> signal_;  // what the CRD watch tells us
  ServedKinds::Registration registration_;

  // Used by run()'s thread only:
  std::optional<kube::Resource> resource_;
  std::string resource_version_;  // where the watch goes on; empty: a list is due
  bool watch_list_;
  std::chrono::milliseconds back_off_ = kBackOffFirst;
  std::chrono::milliseconds wait_at_least_{0};  // what Retry-After asked for
  base::Clock::Monotonic last_failure_{};
  std::minstd_rand random_;

  mutable base::Mutex mutex_;
  InformerStatus status_ ARGUS_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<const InformerListener>> listeners_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace argus::runtime
