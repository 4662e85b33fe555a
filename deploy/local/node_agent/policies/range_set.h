// A set of numbers (IPv4 addresses, ports) as disjoint ranges: the form in which nft wants them.
//
// Threads: values; functions are pure.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace argus::node {

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  // part of it; not below `first`
  auto operator<=>(const Range&) const = default;
};

class RangeSet {
 public:
  RangeSet() = default;
  explicit RangeSet(Range range) { add(range); }

  void add(Range range);
  void add(const RangeSet& other);
  void remove(Range range);

  [[nodiscard]] bool contains(std::uint32_t number) const;
  [[nodiscard]] bool empty() const { return last_of_.empty(); }
  // Ascending; there is a gap between any two.
  [[nodiscard]] std::vector<Range> ranges() const;

  auto operator<=>(const RangeSet&) const = default;

 private:
  std::map<std::uint32_t, std::uint32_t> last_of_;  // by the first number of each range
};

}  // namespace argus::node
