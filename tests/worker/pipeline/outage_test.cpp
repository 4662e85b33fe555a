#include "pipeline/outage.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fakes/eventually.h"

namespace argus::worker {
namespace {

using std::chrono::milliseconds;

// An outage whose store is usable when the test says so.
struct Watched {
  std::atomic<bool> usable{false};
  std::vector<bool> told;
  Outage outage{{milliseconds(1), milliseconds(2)},
                [this](std::stop_token) {
                  if (!usable) throw std::runtime_error("still down");
                },
                [this](bool up) { told.push_back(up); },
                base::system_clock()};
};

TEST(Outage, ItsReasonIsThereAndToldAtOnce) {
  Watched watched;
  EXPECT_FALSE(watched.outage.reason().has_value());
  watched.outage.begin("the connection broke");
  EXPECT_TRUE(watched.outage.reason().has_value());
  EXPECT_EQ(watched.told, std::vector<bool>{false});
}

TEST(Outage, AFailureDuringAnOutageBeginsNoOther) {
  Watched watched;
  watched.outage.begin("first");
  watched.outage.begin("second");
  EXPECT_EQ(watched.told, std::vector<bool>{false});
}

TEST(Outage, TheCheckSaysWhyItLasts) {
  Watched watched;
  watched.outage.begin("the connection broke");
  EXPECT_TRUE(fakes::eventually([&] { return watched.outage.reason() == "still down"; }));
}

TEST(Outage, ItLastsUntilWhatWasUnderWayIsThrownAway) {
  Watched watched;
  watched.usable = true;
  watched.outage.begin("the connection broke");
  ASSERT_TRUE(fakes::eventually([&] { return watched.outage.recovered().has_value(); }));
  EXPECT_TRUE(watched.outage.reason().has_value());
  watched.outage.end(*watched.outage.recovered());
  EXPECT_FALSE(watched.outage.reason().has_value());
  EXPECT_EQ(watched.told, (std::vector<bool>{false, true}));
}

TEST(Outage, ANewFailureIsNotEndedByTheOneBefore) {
  Watched watched;
  watched.usable = true;
  watched.outage.begin("first");
  ASSERT_TRUE(fakes::eventually([&] { return watched.outage.recovered().has_value(); }));
  const auto first = *watched.outage.recovered();
  watched.usable = false;
  watched.outage.begin("second");
  watched.outage.end(first);
  EXPECT_TRUE(watched.outage.reason().has_value());
  EXPECT_EQ(watched.told, std::vector<bool>{false});
}

}  // namespace
}  // namespace argus::worker
