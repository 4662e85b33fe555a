#include "base/identity.h"

#include <gmock/gmock.h>

#include <set>

namespace argus::base {
namespace {

TEST(Identity, Has128BitsInHexadecimal) {
  EXPECT_THAT(random_identity(), testing::MatchesRegex("[0-9a-f]{32}"));
}

// Every digit of it changes: none is a constant, or a copy of another.
TEST(Identity, IsAnotherOneEachTime) {
  std::set<std::string> all;
  std::vector<std::set<char>> seen(32);
  for (int i = 0; i < 1000; ++i) {
    const std::string identity = random_identity();
    ASSERT_EQ(identity.size(), seen.size());
    all.insert(identity);
    for (std::size_t digit = 0; digit < seen.size(); ++digit) seen[digit].insert(identity[digit]);
  }
  EXPECT_EQ(all.size(), 1000U);
  for (const auto& digits : seen) EXPECT_EQ(digits.size(), 16U);
}

}  // namespace
}  // namespace argus::base
