#include "argusdatalayer/model/quantity.h"

#include <gtest/gtest.h>

#include <limits>

namespace argus::adl {
namespace {

std::string canonical(std::string_view text) {
  const auto quantity = Quantity::parse(text);
  return quantity ? quantity->to_string() : "refused";
}

// What the API server makes of each: k8s.io/apimachinery/pkg/api/resource, CanonicalizeBytes.
TEST(QuantityTest, IsWrittenAsTheApiServerWritesIt) {
  EXPECT_EQ(canonical("0.5"), "500m");
  EXPECT_EQ(canonical("1000m"), "1");
  EXPECT_EQ(canonical("1500m"), "1500m");
  EXPECT_EQ(canonical("20"), "20");
  EXPECT_EQ(canonical("1000"), "1k");
  EXPECT_EQ(canonical("1024Mi"), "1Gi");
  EXPECT_EQ(canonical("1.5Gi"), "1536Mi");
  EXPECT_EQ(canonical("0.5Gi"), "512Mi");
  EXPECT_EQ(canonical("1000Mi"), "1000Mi");
  EXPECT_EQ(canonical("2000M"), "2G");
  EXPECT_EQ(canonical("0.5Ki"), "512");
  EXPECT_EQ(canonical("0.3Ki"), "307200m");
  EXPECT_EQ(canonical("1e3"), "1e3");
  EXPECT_EQ(canonical("12E2"), "1200");
  EXPECT_EQ(canonical("1E"), "1E");
  EXPECT_EQ(canonical("100n"), "100n");
  EXPECT_EQ(canonical("0.1n"), "1n");
  EXPECT_EQ(canonical("+5"), "5");
  EXPECT_EQ(canonical("0Gi"), "0");
}

TEST(QuantityTest, RefusesWhatIsNoAmount) {
  for (const char* text : {"", "Gi", "-1", "1 Gi", "1gb", "1.2.3", "1e", "1ee3", "1e999", ".", "+",
                           "9223372036854775807", "1000000000000000000000000", "8Ei", "NaN"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
}

TEST(QuantityTest, ComparesAmountsNotTexts) {
  EXPECT_EQ(*Quantity::parse("1024Mi"), *Quantity::parse("1Gi"));
  EXPECT_EQ(*Quantity::parse("1e3"), *Quantity::parse("1k"));
  EXPECT_LT(*Quantity::parse("1G"), *Quantity::parse("1Gi"));
  EXPECT_GT(*Quantity::parse("2"), *Quantity::parse("1999m"));
}

TEST(QuantityTest, RoundsUpToWholeUnits) {
  EXPECT_EQ(Quantity::parse("1100m")->value(), 2);
  EXPECT_EQ(Quantity::parse("1u")->millis(), 1);
  EXPECT_EQ(Quantity::parse("1Gi")->value(), 1073741824);
  EXPECT_EQ(Quantity::parse("1Ei")->millis(), std::numeric_limits<std::int64_t>::max());
}

TEST(QuantityTest, AddsAndMultipliesWithoutOverflow) {
  EXPECT_EQ((*Quantity::parse("1Gi") + *Quantity::parse("512Mi")).to_string(), "1536Mi");
  EXPECT_EQ((*Quantity::parse("500m") * 5).to_string(), "2500m");
  EXPECT_EQ((*Quantity::parse("4E") * 5).value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Quantity::of_bytes(1536LL * 1024 * 1024).to_string(), "1536Mi");
  EXPECT_EQ(Quantity::of_millis(400).to_string(), "400m");
}

}  // namespace
}  // namespace argus::adl
