#include "runtime/event_correlator.h"

#include <algorithm>

namespace argus::runtime {
namespace {

// Joins with a character that no part contains.
std::string joined(std::initializer_list<std::string> parts) {
  std::string key;
  for (const std::string& part : parts) key += part + '\x1f';
  return key;
}

std::string object_key(const EventNote& note) {
  const auto part = [&note](const char* name) { return note.about.value(name, ""); };
  return joined({part("apiVersion"), part("kind"), part("namespace"), part("name"), part("uid")});
}

}  // namespace

template <typename Value>
Value& EventCorrelator::Recent<Value>::operator[](const std::string& key) {
  if (Value* known = find(key)) return *known;
  if (slots_.size() >= max_) {
    slots_.erase(order_.back());
    order_.pop_back();
  }
  order_.push_front(key);
  Slot& slot = slots_[key];
  slot.position = order_.begin();
  return slot.value;
}

template <typename Value>
Value* EventCorrelator::Recent<Value>::find(const std::string& key) {
  const auto found = slots_.find(key);
  if (found == slots_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second.position);
  return &found->second.value;
}

EventCorrelator::EventCorrelator(base::Clock& clock, std::size_t remembered_max)
    : clock_(clock), similar_(remembered_max), seen_(remembered_max), buckets_(remembered_max) {}

std::optional<EventWrite> EventCorrelator::correlate(EventNote note) {
  const std::string object = object_key(note);
  const std::string type = note.type == kube::EventType::kWarning ? "Warning" : "Normal";
  const std::string similar = object + joined({type, note.reason});
  std::string key = similar + note.message;
  if (combine(similar, note.message)) {
    note.message = "(combined from similar events): " + note.message;
    key = similar;
  }
  Seen& seen = seen_[key];
  const auto now = clock_.wall();
  if (seen.count == 0) seen.first = now;
  ++seen.count;
  if (!admit(object)) return std::nullopt;
  return EventWrite{std::move(note), key, seen.name, seen.count, seen.first, now};
}

// Whether this message is one too many of its sort, and is to become part of a combined Event.
bool EventCorrelator::combine(const std::string& similar, const std::string& message) {
  Similar& group = similar_[similar];
  const auto now = clock_.monotonic();
  if (now - group.last > kSimilarInterval) group.messages.clear();
  group.last = now;
  group.messages.insert(message);
  if (group.messages.size() < kSimilarMax) return false;
  group.messages.erase(group.messages.begin());  // keeps the set at its limit
  return true;
}

// A token bucket for each object.
bool EventCorrelator::admit(const std::string& object) {
  Bucket& bucket = buckets_[object];
  const auto now = clock_.monotonic();
  if (!bucket.fresh) {
    const std::chrono::duration<double> passed = now - bucket.refilled;
    const std::chrono::duration<double> interval = kRefillInterval;
    bucket.tokens = std::min(kBurst, bucket.tokens + passed / interval);
  }
  bucket.fresh = false;
  bucket.refilled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void EventCorrelator::written(const EventWrite& write, const std::string& name) {
  if (Seen* seen = seen_.find(write.key)) seen->name = name;
}

}  // namespace argus::runtime
