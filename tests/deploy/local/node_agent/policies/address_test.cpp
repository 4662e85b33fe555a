#include "node_policies/address.h"

#include <gtest/gtest.h>

namespace argus::node {
namespace {

TEST(AddressTest, ReadsAndWritesDottedNumbers) {
  EXPECT_EQ(parse_address("10.244.0.7"), 0x0af40007U);
  EXPECT_EQ(to_string(0x0af40007U), "10.244.0.7");
  EXPECT_EQ(to_string(*parse_address("255.255.255.255")), "255.255.255.255");
  EXPECT_EQ(to_string(*parse_address("0.0.0.0")), "0.0.0.0");
}

TEST(AddressTest, RefusesWhatIsNone) {
  for (const char* text : {"", "10.244.0", "10.244.0.256", "fe80::1", "10.0.0.1 ", "a"}) {
    EXPECT_EQ(parse_address(text), std::nullopt) << text;
  }
}

TEST(AddressTest, ABlockGoesFromItsFirstAddressToItsLast) {
  EXPECT_EQ(parse_block("10.244.0.0/24"), (Range{0x0af40000U, 0x0af400ffU}));
  EXPECT_EQ(parse_block("10.244.0.77/24"), (Range{0x0af40000U, 0x0af400ffU}));
  EXPECT_EQ(parse_block("10.244.0.7/32"), (Range{0x0af40007U, 0x0af40007U}));
  EXPECT_EQ(parse_block("0.0.0.0/0"), (Range{0U, 0xffffffffU}));
  EXPECT_EQ(parse_block("128.0.0.0/1"), (Range{0x80000000U, 0xffffffffU}));
}

TEST(AddressTest, RefusesBlocksThatAreNone) {
  for (const char* text : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                           "/8", "2001:db8::/32"}) {
    EXPECT_EQ(parse_block(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace argus::node
