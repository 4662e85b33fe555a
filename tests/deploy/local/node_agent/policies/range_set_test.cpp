#include "node_policies/range_set.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <set>

namespace argus::node {
namespace {

constexpr std::uint32_t kLargest = std::numeric_limits<std::uint32_t>::max();

TEST(RangeSetTest, NeighboursBecomeOne) {
  RangeSet set({10, 19});
  set.add({30, 39});
  EXPECT_EQ(set.ranges().size(), 2U);
  set.add({20, 29});
  EXPECT_EQ(set.ranges(), (std::vector<Range>{{10, 39}}));
}

TEST(RangeSetTest, RemovalLeavesBothEnds) {
  RangeSet set({10, 39});
  set.remove({20, 29});
  EXPECT_EQ(set.ranges(), (std::vector<Range>{{10, 19}, {30, 39}}));
  set.remove({0, kLargest});
  EXPECT_TRUE(set.empty());
}

TEST(RangeSetTest, HasNoTroubleAtTheEnds) {
  RangeSet set({0, kLargest});
  set.remove({0, 0});
  set.remove({kLargest, kLargest});
  EXPECT_EQ(set.ranges(), (std::vector<Range>{{1, kLargest - 1}}));
  set.add({kLargest, kLargest});
  set.add({0, 0});
  EXPECT_EQ(set.ranges(), (std::vector<Range>{{0, kLargest}}));
  set.add({5, 6});
  EXPECT_EQ(set.ranges(), (std::vector<Range>{{0, kLargest}}));
}

TEST(RangeSetTest, HoldsWhatASetOfNumbersHolds) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    RangeSet ranges;
    std::set<std::uint32_t> numbers;
    for (int change = 0; change < 12; ++change) {
      const auto first = static_cast<std::uint32_t>(random() % 40);
      const Range range{first, first + static_cast<std::uint32_t>(random() % 8)};
      const bool adds = random() % 3 != 0;
      adds ? ranges.add(range) : ranges.remove(range);
      for (std::uint32_t number = range.first; number <= range.last; ++number) {
        adds ? static_cast<void>(numbers.insert(number)) : static_cast<void>(numbers.erase(number));
      }
    }
    for (std::uint32_t number = 0; number < 50; ++number) {
      ASSERT_EQ(ranges.contains(number), numbers.count(number) != 0) << number;
    }
    // Disjoint, ascending, with gaps: nft refuses sets that overlap.
    const std::vector<Range> all = ranges.ranges();
    for (std::size_t i = 1; i < all.size(); ++i) ASSERT_GT(all[i].first, all[i - 1].last + 1);
  }
}

}  // namespace
}  // namespace argus::node
