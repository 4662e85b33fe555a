#include "pipeline/offset_tracker.h"

#include <algorithm>

namespace argus::worker {

void OffsetTracker::begin(std::int64_t offset) {
  if (!next_) {
    next_ = offset;
    committed_ = offset;
  }
  if (offset >= *next_) window_.emplace(offset, false);
}

void OffsetTracker::finish(std::int64_t offset) {
  const auto found = window_.find(offset);
  if (found == window_.end()) return;
  found->second = true;
  while (!window_.empty() && window_.begin()->second) {
    next_ = window_.begin()->first + 1;
    window_.erase(window_.begin());
  }
}

std::optional<std::int64_t> OffsetTracker::committable() const {
  return next_ == committed_ ? std::nullopt : next_;
}

void OffsetTracker::committed(std::int64_t offset) { committed_ = offset; }

std::optional<std::int64_t> OffsetTracker::restart() const { return next_; }

void OffsetTracker::rewind() { window_.clear(); }

std::size_t OffsetTracker::unfinished() const {
  return static_cast<std::size_t>(std::count_if(window_.begin(), window_.end(),
                                                [](const auto& entry) { return !entry.second; }));
}

}  // namespace argus::worker
