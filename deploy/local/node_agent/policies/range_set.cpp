#include "node_policies/range_set.h"

#include <algorithm>
#include <limits>

namespace argus::node {
namespace {

constexpr std::uint32_t kLargest = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void RangeSet::add(Range range) {
  // Whatever overlaps or touches becomes one with it.
  auto next = last_of_.upper_bound(range.first);
  if (next != last_of_.begin()) {
    const auto before = std::prev(next);
    if (before->second == kLargest || before->second + 1 >= range.first) next = before;
  }
  while (next != last_of_.end() && (range.last == kLargest || next->first <= range.last + 1)) {
    range.first = std::min(range.first, next->first);
    range.last = std::max(range.last, next->second);
    next = last_of_.erase(next);
  }
  last_of_[range.first] = range.last;
}

void RangeSet::add(const RangeSet& other) {
  for (const Range& range : other.ranges()) add(range);
}

void RangeSet::remove(Range range) {
  auto next = last_of_.upper_bound(range.first);
  if (next != last_of_.begin() && std::prev(next)->second >= range.first) --next;
  while (next != last_of_.end() && next->first <= range.last) {
    const Range old{next->first, next->second};
    next = last_of_.erase(next);
    if (old.first < range.first) last_of_[old.first] = range.first - 1;
    if (old.last > range.last) last_of_[range.last + 1] = old.last;
  }
}

bool RangeSet::contains(std::uint32_t number) const {
  const auto next = last_of_.upper_bound(number);
  return next != last_of_.begin() && std::prev(next)->second >= number;
}

std::vector<Range> RangeSet::ranges() const {
  std::vector<Range> all;
  all.reserve(last_of_.size());
  for (const auto& [first, last] : last_of_) all.push_back({first, last});
  return all;
}

}  // namespace argus::node
