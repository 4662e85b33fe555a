#include "pipeline/offset_tracker.h"

#include <algorithm>

namespace argus::worker {

bool OffsetTracker::begin(std::int64_t offset) {
  if (!next_) {
    next_ = offset;
    committed_ = offset;
  }
  // What was to be read again and did not come is in the log no longer.
  for (auto& [earlier, step] : window_) {
    if (earlier >= offset) break;
    if (step == Step::kToRead) step = Step::kFinished;
  }
  advance();
  if (offset < *next_) return false;
  Step& step = window_.emplace(offset, Step::kToRead).first->second;
  if (step == Step::kFinished) return false;
  step = Step::kInWork;
  return true;
}

void OffsetTracker::finish(std::int64_t offset) {
  const auto found = window_.find(offset);
  if (found == window_.end()) return;
  found->second = Step::kFinished;
  advance();
}

void OffsetTracker::advance() {
  while (!window_.empty() && window_.begin()->second == Step::kFinished) {
    next_ = window_.begin()->first + 1;
    window_.erase(window_.begin());
  }
}

std::optional<std::int64_t> OffsetTracker::committable() const {
  return next_ == committed_ ? std::nullopt : next_;
}

void OffsetTracker::committed(std::int64_t offset) { committed_ = offset; }

std::optional<std::int64_t> OffsetTracker::restart() const { return next_; }

void OffsetTracker::rewind() {
  for (auto& [offset, step] : window_) {
    if (step == Step::kInWork) step = Step::kToRead;
  }
}

std::size_t OffsetTracker::unfinished() const {
  return static_cast<std::size_t>(std::count_if(
      window_.begin(), window_.end(), [](const auto& e) { return e.second == Step::kInWork; }));
}

}  // namespace argus::worker
