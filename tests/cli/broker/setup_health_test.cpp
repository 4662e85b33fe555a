#include "cli/broker/setup_health.h"

#include <gmock/gmock.h>

#include "fakes/fake_clock.h"

namespace argus::cli {
namespace {

using testing::HasSubstr;
using testing::Optional;
using namespace std::chrono_literals;

TEST(SetupHealthTest, IsReadyWhileAllIsInPlace) {
  base::FakeClock clock;
  SetupHealth health(clock, 30s);
  EXPECT_THAT(health.problem(), Optional(HasSubstr("first look")));
  const Findings silent{{{"no broker answers", Trouble::kNotYet}}, {}};
  health.after_round(false, silent);
  EXPECT_THAT(health.problem(), Optional(HasSubstr("no broker answers")));
  health.after_round(true, {});
  EXPECT_EQ(health.problem(), std::nullopt);
  health.after_round(true, silent);
  EXPECT_EQ(health.problem(), std::nullopt) << "it has not lasted";
}

TEST(SetupHealthTest, IsAliveWhileRoundsEnd) {
  base::FakeClock clock;
  SetupHealth health(clock, 30s);
  clock.advance(9min);
  EXPECT_EQ(health.stuck(), std::nullopt);
  clock.advance(2min);
  EXPECT_THAT(health.stuck(), Optional(HasSubstr("has ended for 10 minutes")));
  health.after_round(false, {});
  EXPECT_EQ(health.stuck(), std::nullopt);
}

}  // namespace
}  // namespace argus::cli
