#include "runtime/event_broadcaster.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/log.h"
#include "base/utf8.h"
#include "runtime/deadline.h"

namespace argus::runtime {
namespace {

const kube::Resource& events() {
  static const kube::Resource kEvents{{"", "v1", "Event"}, "events", true};
  return kEvents;
}

// An object's name and 16 digits make an Event's name, which is at most 253 bytes long.
constexpr std::size_t kNameBytesMax = 253 - 17;
// Where Events about objects without a namespace go.
constexpr const char* kClusterScopedNamespace = "default";

std::string event_name(const std::string& about, std::int64_t nanoseconds) {
  char digits[20];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(nanoseconds));
  return about.substr(0, kNameBytesMax) + "." + digits;
}

}  // namespace

EventBroadcaster::EventBroadcaster(kube::Client& client, base::Clock& clock, base::Metrics& metrics,
                                   EventSource source)
    : client_(client),
      clock_(clock),
      source_(std::move(source)),
      dropped_(metrics.counter("argus_operator_events_dropped_total",
                               "Events that were not written: a full queue, or an API server that "
                               "refused or did not answer")),
      correlator_(clock) {}

void EventBroadcaster::record(const kube::Json& about, kube::EventType type,
                              std::string_view reason, std::string_view message) {
  try {
    const kube::ObjectKey key = kube::key_of(about);
    EventNote note;
    note.about = kube::Json::object();
    note.about["apiVersion"] = kube::gvk_of(about).api_version();
    note.about["kind"] = kube::gvk_of(about).kind;
    note.about["name"] = key.name;
    note.about["uid"] = kube::uid_of(about);
    note.about["resourceVersion"] = kube::resource_version_of(about);
    if (!key.ns.empty()) note.about["namespace"] = key.ns;
    note.type = type;
    note.reason = reason;
    note.message = base::shortened(message, kMessageBytesMax);
    const base::MutexLock lock(mutex_);
    if (queue_.size() >= kQueueMax) {
      dropped_.increment();
      return;
    }
    queue_.push_back(std::move(note));
    arrived_.notify_one();
  } catch (const std::exception& error) {
    dropped_.increment();
    base::log_warning("could not record an event", {{"reason", reason}, {"error", error.what()}});
  }
}

void EventBroadcaster::run(std::stop_token stop) {
  while (std::optional<EventNote> note = take(stop, base::Clock::Monotonic::max())) {
    std::optional<EventWrite> wanted = correlator_.correlate(std::move(*note));
    if (wanted && !write(*wanted, kAttemptsMax, stop)) interrupted_ = std::move(wanted);
  }
}

void EventBroadcaster::flush(base::Clock::Monotonic deadline) {
  const Deadline limit(clock_, deadline, {});
  const auto now = clock_.monotonic();
  const auto write_once = [&](const std::optional<EventWrite>& wanted) {
    if (wanted && !write(*wanted, 1, limit.token())) drop(*wanted, "no time was left at the stop");
  };
  write_once(std::exchange(interrupted_, std::nullopt));
  while (std::optional<EventNote> note = take(limit.token(), now)) {
    write_once(correlator_.correlate(std::move(*note)));
  }
}

// The next note; std::nullopt when stop is requested or none came until `deadline`.
std::optional<EventNote> EventBroadcaster::take(std::stop_token stop,
                                                base::Clock::Monotonic deadline) {
  base::MutexLock lock(mutex_);
  clock_.wait_until(arrived_, lock, stop, deadline,
                    [this]() ARGUS_REQUIRES(mutex_) { return !queue_.empty(); });
  if (stop.stop_requested() || queue_.empty()) return std::nullopt;
  EventNote note = std::move(queue_.front());
  queue_.pop_front();
  return note;
}

// False: stop was requested before it was written. No exception leaves: this is the top frame of
// the writing thread.
bool EventBroadcaster::write(const EventWrite& wanted, int attempts, std::stop_token stop) {
  for (int attempt = 1;; ++attempt) {
    std::string problem = "unknown failure";
    bool refused = false;
    try {
      send(wanted, stop);
      return true;
    } catch (const kube::ApiError& error) {
      if (error.is_namespace_terminating()) return true;  // nobody is left to read it
      // A name that is taken is followed by another; any other refusal stays one.
      refused = error.status() < 500 && !error.is_too_many_requests() && !error.is_already_exists();
      problem = error.what();
    } catch (const std::exception& error) {
      problem = error.what();
    } catch (...) {
      refused = true;
    }
    if (!refused && stop.stop_requested()) return false;
    if (refused || attempt >= attempts) {
      drop(wanted, problem);
      return true;
    }
    if (!clock_.sleep_for(kRetryDelay, stop)) return false;
  }
}

void EventBroadcaster::drop(const EventWrite& unwanted, const std::string& problem) {
  dropped_.increment();
  base::log_warning("could not write an event", {{"object", unwanted.note.about.value("name", "")},
                                                 {"reason", unwanted.note.reason},
                                                 {"error", problem}});
}

void EventBroadcaster::send(const EventWrite& write, std::stop_token stop) {
  const std::string ns = write.note.about.value("namespace", kClusterScopedNamespace);
  if (!write.name.empty()) {
    kube::Json patch = kube::Json::object();
    patch["count"] = write.count;
    patch["message"] = write.note.message;
    patch["lastTimestamp"] = base::to_rfc3339(write.last_seen);
    try {
      client_.merge_patch(events(), {ns, write.name}, patch, source_.component, "", stop);
      return;
    } catch (const kube::ApiError& error) {
      if (!error.is_not_found())
        throw;  // Events expire (after an hour, by default): a new one then
    }
  }
  const kube::Json created = client_.create(events(), event(write), source_.component, stop);
  correlator_.written(write, kube::key_of(created).name);
}

kube::Json EventBroadcaster::event(const EventWrite& write) {
  // As client-go names them: by the time in nanoseconds, and here never twice the same.
  const auto now = std::chrono::nanoseconds(clock_.wall().time_since_epoch()).count();
  last_name_ = std::max(last_name_ + 1, now);
  const kube::Json& about = write.note.about;
  kube::Json event = kube::Json::object();
  event["apiVersion"] = "v1";
  event["kind"] = "Event";
  event["metadata"]["name"] = event_name(about.value("name", "unknown"), last_name_);
  event["metadata"]["namespace"] = about.value("namespace", kClusterScopedNamespace);
  event["involvedObject"] = about;
  event["type"] = write.note.type == kube::EventType::kWarning ? "Warning" : "Normal";
  event["reason"] = write.note.reason;
  event["message"] = write.note.message;
  event["count"] = write.count;
  event["firstTimestamp"] = base::to_rfc3339(write.first_seen);
  event["lastTimestamp"] = base::to_rfc3339(write.last_seen);
  event["source"]["component"] = source_.component;
  event["reportingComponent"] = source_.component;
  event["reportingInstance"] = source_.instance;
  return event;
}

}  // namespace argus::runtime
