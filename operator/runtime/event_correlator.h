// Decides what becomes of an Event: written, counted up, combined with similar ones, or dropped.
// The limits are client-go's (tools/record/events_cache.go).
//
// Threads: not synchronized; one thread at a time. Pure but for what it remembers.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "runtime/event_recorder.h"

namespace argus::runtime {

// What is said, about which object.
struct EventNote {
  kube::Json about;  // an ObjectReference: apiVersion, kind, namespace, name, uid, resourceVersion
  kube::EventType type = kube::EventType::kNormal;
  std::string reason;
  std::string message;
};

// The Event to write: create it when `name` is empty, else raise the count of the one of that name.
struct EventWrite {
  EventNote note;
  std::string key;  // for written() and lost()
  std::string name;
  std::int64_t count = 1;
  base::Clock::Wall first_seen;
  base::Clock::Wall last_seen;
};

class EventCorrelator {
 public:
  // So many events that differ in the message only, each within the interval of the last, become
  // one.
  static constexpr std::size_t kSimilarMax = 10;
  static constexpr std::chrono::seconds kSimilarInterval{600};
  // Events of one object: this many at once, then one each interval.
  static constexpr double kBurst = 25;
  static constexpr std::chrono::seconds kRefillInterval{300};
  // Remembered of each sort; the least recently used is forgotten.
  static constexpr std::size_t kRememberedMax = 4096;

  explicit EventCorrelator(base::Clock& clock, std::size_t remembered_max = kRememberedMax);

  // std::nullopt: dropped by the limits.
  [[nodiscard]] std::optional<EventWrite> correlate(EventNote note);
  // The write reached the API server, under that name.
  void written(const EventWrite& write, const std::string& name);

 private:
  // A map that forgets what was not used for longest.
  template <typename Value>
  class Recent {
   public:
    explicit Recent(std::size_t max) : max_(max) {}
    Value& operator[](const std::string& key);
    Value* find(const std::string& key);

   private:
    struct Slot {
      Value value;
      std::list<std::string>::iterator position;
    };
    std::size_t max_;
    std::map<std::string, Slot> slots_;
    std::list<std::string> order_;  // most recently used first
  };
  struct Similar {
    std::set<std::string> messages;
    base::Clock::Monotonic last{};
  };
  struct Seen {
    std::string name;  // empty until written
    std::int64_t count = 0;
    base::Clock::Wall first{};
  };
  struct Bucket {
    double tokens = kBurst;
    base::Clock::Monotonic refilled{};
    bool fresh = true;
  };

  bool combine(const std::string& similar, const std::string& message);
  bool admit(const std::string& object);

  base::Clock& clock_;
  Recent<Similar> similar_;
  Recent<Seen> seen_;
  Recent<Bucket> buckets_;
};

}  // namespace argus::runtime
