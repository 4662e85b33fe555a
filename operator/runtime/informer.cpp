#include "runtime/informer.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/http/transport.h"
#include "base/log.h"
#include "runtime/watched_kind.h"

namespace argus::runtime {

using std::chrono::milliseconds;

std::string Selection::to_string() const {
  std::string text = gvk.api_version() + " " + gvk.kind;
  if (!ns.empty()) text += " in " + ns;
  if (!label_selector.empty()) text += " with " + label_selector;
  if (!field_selector.empty()) text += " where " + field_selector;
  return text;
}

// What the CRD watch tells an informer; outlives it while a callback still runs.
struct Informer::Signal {
  base::Mutex mutex;
  base::ConditionVariable changed;
  // The definition changed since it was last asked for ...
  bool pending ARGUS_GUARDED_BY(mutex) = false;
  bool removed ARGUS_GUARDED_BY(mutex) = false;       // ... and is gone
  std::stop_source watching ARGUS_GUARDED_BY(mutex);  // ends the watch that is open now

  void crd_changed(bool gone) {
    std::stop_source interrupted(std::nostopstate);
    {
      const base::MutexLock lock(mutex);
      pending = true;
      removed = gone;
      if (gone) interrupted = watching;
      changed.notify_all();
    }
    interrupted.request_stop();
  }
};

// One watch request while it is open.
struct Informer::Stream {
  bool initial_events = false;  // its objects are still being sent
  bool any_event = false;
  std::map<kube::ObjectKey, kube::SharedObject> objects;  // while initial_events
  std::optional<kube::ApiError> error;
};

namespace {

bool is_cancelled(const std::exception& error) {
  const auto* transport = dynamic_cast<const base::TransportError*>(&error);
  return transport != nullptr && transport->kind() == base::TransportError::Kind::kCancelled;
}

const kube::ApiError* api_error(const std::exception& error) {
  return dynamic_cast<const kube::ApiError*>(&error);
}

// The Status object of an ERROR event.
kube::ApiError error_from(const kube::Json& status) {
  return kube::ApiError(status.value("code", 500), status.value("reason", "Unknown"),
                        status.value("message", "the watch broke off with an error"));
}

bool ends_initial_events(const kube::Json& bookmark) {
  const auto annotations =
      bookmark.value("/metadata/annotations"_json_pointer, kube::Json::object());
  return annotations.value("k8s.io/initial-events-end", "") == "true";
}

const char* doing(InformerState state) {
  switch (state) {
    case InformerState::kWaitingForKind:
      return "asking the API server whether it serves ";
    case InformerState::kListing:
      return "listing ";
    default:
      return "watching ";
  }
}

}  // namespace

Informer::Informer(kube::Client& client, base::Clock& clock, ServedKinds& served_kinds,
                   Selection selection, InformerOptions options)
    : client_(client),
      clock_(clock),
      served_kinds_(served_kinds),
      selection_(std::move(selection)),
      options_(std::move(options)),
      store_(options_.indexes),
      signal_(std::make_shared<Signal>()),
      registration_(served_kinds.on_change(
          selection_.gvk.group,
          [signal = signal_](bool removed) { signal->crd_changed(removed); })),
      watch_list_(options_.watch_list),
      random_(std::random_device{}()) {}

Informer::~Informer() = default;

void Informer::run(std::stop_token stop) {
  InformerState state = InformerState::kWaitingForKind;
  while (!stop.stop_requested()) {
    update_status([state](InformerStatus& status) { status.state = state; });
    try {
      switch (state) {
        case InformerState::kWaitingForKind:
          state = wait_for_kind(stop);
          break;
        case InformerState::kListing:
          state = list(stop);
          break;
        case InformerState::kWatching:
          state = watch(false, stop);
          break;
        case InformerState::kBackingOff:
        case InformerState::kStopped:
          state = back_off(stop);
          break;
      }
    } catch (const std::exception& error) {
      if (!stop.stop_requested()) state = failed(error);
    } catch (...) {
      if (!stop.stop_requested()) state = failed(std::runtime_error("unknown failure"));
    }
  }
  update_status([](InformerStatus& status) { status.state = InformerState::kStopped; });
}

InformerState Informer::wait_for_kind(std::stop_token stop) {
  base::Clock::Monotonic settled{};
  bool again = status().served.has_value();
  while (!stop.stop_requested()) {
    {
      const base::MutexLock lock(signal_->mutex);
      signal_->pending = false;
      signal_->removed = false;
    }
    resource_ = served_kinds_.find(selection_.gvk, again, stop);
    again = true;
    if (resource_) {
      update_status([](InformerStatus& status) {
        status.served = true;
        status.problem.clear();
      });
      return InformerState::kListing;
    }
    kind_gone();
    const auto now = clock_.monotonic();
    base::MutexLock lock(signal_->mutex);
    const auto pause = now < settled ? kKindSettleInterval : kKindPollInterval;
    const bool changed =
        clock_.wait_until(signal_->changed, lock, stop, now + pause,
                          [this]() ARGUS_REQUIRES(signal_->mutex) { return signal_->pending; });
    if (changed) settled = clock_.monotonic() + kKindSettleTime;
  }
  return InformerState::kStopped;
}

InformerState Informer::kind_gone() {
  announce(store_.replace({}));
  resource_.reset();
  resource_version_.clear();
  update_status([this](InformerStatus& status) {
    status.served = false;
    status.synced = false;
    status.forbidden = false;
    status.problem = "the API server does not serve " + selection_.gvk.api_version() + " " +
                     selection_.gvk.kind + "; install its CustomResourceDefinition";
  });
  return InformerState::kWaitingForKind;
}

InformerState Informer::list(std::stop_token stop) {
  resource_version_.clear();
  if (watch_list_) {
    try {
      return watch(true, stop);
    } catch (const std::exception& error) {
      const kube::ApiError* refused = api_error(error);
      const bool gone = refused != nullptr && refused->is_not_found();
      if (!resource_version_.empty() || gone || is_cancelled(error)) throw;
      if (refused != nullptr && refused->is_invalid()) watch_list_ = false;
      base::log_debug("WatchList failed; listing in pages instead",
                      {{"selection", selection_.to_string()}, {"error", error.what()}});
    }
  }
  return list_pages(stop);
}

InformerState Informer::list_pages(std::stop_token stop) {
  kube::ListOptions options;
  options.ns = resource_->namespaced ? selection_.ns : "";
  options.label_selector = selection_.label_selector;
  options.field_selector = selection_.field_selector;
  options.metadata_only = selection_.metadata_only;
  options.limit = kPageSize;
  std::vector<kube::SharedObject> objects;
  for (;;) {
    try {
      kube::ListPage page = client_.list(*resource_, options, stop);
      for (kube::Json& item : page.items) objects.push_back(cached_form(std::move(item)));
      options.continue_token = page.continue_token;
      if (options.continue_token.empty()) {
        listed(std::move(objects), page.resource_version);
        return InformerState::kWatching;
      }
    } catch (const kube::ApiError& error) {
      if (!error.is_expired() || options.continue_token.empty()) throw;
      // The pages took longer than the server keeps a snapshot (about 5 minutes): all in one, now.
      objects.clear();
      options.continue_token.clear();
      options.limit = 0;
    }
  }
}

InformerState Informer::watch(bool initial_events, std::stop_token stop) {
  std::stop_source interrupt;
  const std::stop_callback stopped(stop, [&interrupt] { interrupt.request_stop(); });
  {
    const base::MutexLock lock(signal_->mutex);
    if (signal_->removed) return kind_gone();
    signal_->watching = interrupt;
  }
  kube::WatchOptions options;
  options.ns = resource_->namespaced ? selection_.ns : "";
  options.label_selector = selection_.label_selector;
  options.field_selector = selection_.field_selector;
  options.resource_version = resource_version_;
  options.metadata_only = selection_.metadata_only;
  options.send_initial_events = initial_events;
  Stream stream;
  stream.initial_events = initial_events;
  const auto started = clock_.monotonic();
  const auto at_once = [&] {
    return clock_.monotonic() - started < kWatchTooShort && !stream.any_event;
  };
  try {
    client_.watch(*resource_, options, interrupt.get_token(),
                  [&](const kube::WatchEvent& event) { return take_event(event, stream); });
  } catch (const base::TransportError& error) {
    // Interrupted, not stopped: the definition was removed.
    if (is_cancelled(error) && !stop.stop_requested()) return kind_gone();
    // A connection that broke after a while is no reason to wait.
    if (stop.stop_requested() || stream.initial_events || at_once()) throw;
    return InformerState::kWatching;
  }
  if (stream.error) {
    if (!stream.error->is_expired() || stream.initial_events || at_once()) throw *stream.error;
    base::log_debug("the watch expired; listing again", {{"selection", selection_.to_string()}});
    return InformerState::kListing;
  }
  if (stream.initial_events) throw std::runtime_error("the server ended the list before its end");
  if (at_once()) throw std::runtime_error("the server ended the watch at once");
  return InformerState::kWatching;
}

// False: the watch is over.
bool Informer::take_event(const kube::WatchEvent& event, Stream& stream) {
  using Type = kube::WatchEvent::Type;
  if (event.type == Type::kError) {
    stream.error = error_from(*event.object);
    return false;
  }
  stream.any_event = true;
  const std::string version = kube::resource_version_of(*event.object);
  if (event.type == Type::kBookmark) {
    if (!stream.initial_events) {
      resource_version_ = version;
    } else if (ends_initial_events(*event.object)) {
      std::vector<kube::SharedObject> objects;
      for (auto& [key, object] : stream.objects) objects.push_back(std::move(object));
      stream.objects.clear();
      stream.initial_events = false;
      listed(std::move(objects), version);
      update_status([](InformerStatus& status) { status.state = InformerState::kWatching; });
    }
    return true;
  }
  const kube::ObjectKey key = kube::key_of(*event.object);
  const bool deleted = event.type == Type::kDeleted;
  kube::SharedObject object = deleted ? nullptr : cached_form(std::move(*event.object));
  if (stream.initial_events) {
    stream.objects.erase(key);
    if (object) stream.objects.emplace(key, std::move(object));
    return true;
  }
  announce(deleted ? store_.erase(key) : store_.upsert(std::move(object)));
  resource_version_ = version;
  return true;
}

// The store now holds everything there is, as of that resource version.
void Informer::listed(std::vector<kube::SharedObject> objects,
                      const std::string& resource_version) {
  announce(store_.replace(std::move(objects)));
  resource_version_ = resource_version;
  update_status([](InformerStatus& status) {
    status.synced = true;
    status.forbidden = false;
    status.problem.clear();
  });
}

kube::SharedObject Informer::cached_form(kube::Json object) const {
  // The items of a list do not say what they are; those of a metadata list say something else.
  object["apiVersion"] = selection_.gvk.api_version();
  object["kind"] = selection_.gvk.kind;
  drop_managed_fields(object);
  if (options_.trim) options_.trim(object);
  return std::make_shared<const kube::Json>(std::move(object));
}

InformerState Informer::failed(const std::exception& error) {
  const InformerState during = status().state;  // a WatchList becomes a watch on its way
  const kube::ApiError* refused = api_error(error);
  if (refused != nullptr && refused->is_not_found() && resource_) return kind_gone();
  const auto now = clock_.monotonic();
  if (refused != nullptr && refused->is_expired() && during == InformerState::kWatching) {
    resource_version_.clear();
    // A list at once, unless the last one did not help.
    if (now - last_failure_ > kBackOffFirst) {
      last_failure_ = now;
      return InformerState::kListing;
    }
  }
  if (now - last_failure_ > kBackOffReset) back_off_ = kBackOffFirst;
  last_failure_ = now;
  if (refused != nullptr && refused->retry_after()) wait_at_least_ = *refused->retry_after();
  const std::string problem = doing(during) + selection_.to_string() + " failed: " + error.what();
  base::log_warning("informer failed", {{"selection", selection_.to_string()},
                                        {"retry_in_ms", back_off_.count()},
                                        {"error", problem}});
  update_status([&](InformerStatus& status) {
    status.forbidden = refused != nullptr && refused->is_forbidden();
    status.problem = problem;
  });
  return InformerState::kBackingOff;
}

InformerState Informer::back_off(std::stop_token stop) {
  std::uniform_real_distribution<double> jitter(1.0, 2.0);
  const milliseconds jittered(
      static_cast<std::int64_t>(static_cast<double>(back_off_.count()) * jitter(random_)));
  const auto until = clock_.monotonic() + std::max(jittered, wait_at_least_);
  bool removed = false;
  {
    // That the kind is gone may well be why it failed.
    base::MutexLock lock(signal_->mutex);
    removed = clock_.wait_until(
        signal_->changed, lock, stop, until,
        [this]() ARGUS_REQUIRES(signal_->mutex) { return resource_ && signal_->removed; });
  }
  wait_at_least_ = milliseconds(0);
  back_off_ = std::min(back_off_ * 2, kBackOffLongest);
  if (removed) return kind_gone();
  if (!resource_) return InformerState::kWaitingForKind;
  return resource_version_.empty() ? InformerState::kListing : InformerState::kWatching;
}

void Informer::add_listener(const std::shared_ptr<const InformerListener>& listener) {
  InformerStatus now;
  {
    const base::MutexLock lock(mutex_);
    std::erase_if(listeners_, [](const auto& entry) { return entry.expired(); });
    listeners_.push_back(listener);
    now = status_;
  }
  if (listener->on_change) {
    for (const kube::SharedObject& object : store_.list()) listener->on_change({nullptr, object});
  }
  if (listener->on_status && (now.synced || now.served || now.forbidden)) listener->on_status(now);
}

InformerStatus Informer::status() const {
  const base::MutexLock lock(mutex_);
  return status_;
}

std::vector<std::shared_ptr<const InformerListener>> Informer::listeners() {
  const base::MutexLock lock(mutex_);
  std::vector<std::shared_ptr<const InformerListener>> live;
  for (const auto& entry : listeners_) {
    if (auto listener = entry.lock()) live.push_back(std::move(listener));
  }
  return live;
}

void Informer::announce(const std::vector<Change>& changes) {
  if (changes.empty()) return;
  for (const auto& listener : listeners()) {
    if (!listener->on_change) continue;
    for (const Change& change : changes) listener->on_change(change);
  }
}

void Informer::update_status(const std::function<void(InformerStatus&)>& edit) {
  InformerStatus now;
  {
    const base::MutexLock lock(mutex_);
    const InformerStatus before = status_;
    edit(status_);
    now = status_;
    const bool same = before.synced == now.synced && before.served == now.served &&
                      before.forbidden == now.forbidden;
    if (same) return;
  }
  for (const auto& listener : listeners()) {
    if (listener->on_status) listener->on_status(now);
  }
}

}  // namespace argus::runtime
