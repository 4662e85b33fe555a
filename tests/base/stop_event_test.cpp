#include "base/stop_event.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace argus::base {
namespace {

int poll_once(const StopEvent& event, int milliseconds) {
  pollfd watched{event.descriptor(), POLLIN, 0};
  return poll(&watched, 1, milliseconds);
}

TEST(StopEvent, IsReadableOnceStopWasRequested) {
  std::stop_source stop;
  const StopEvent event(stop.get_token());
  EXPECT_EQ(poll_once(event, 0), 0);
  stop.request_stop();
  EXPECT_EQ(poll_once(event, 0), 1);
  EXPECT_EQ(poll_once(event, 0), 1);  // and stays so
}

TEST(StopEvent, AStopRequestedBeforeCountsToo) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(poll_once(StopEvent(stop.get_token()), 0), 1);
}

TEST(StopEvent, EndsAWaitOnAnotherThread) {
  std::stop_source stop;
  const StopEvent event(stop.get_token());
  int ready = -1;
  std::thread waiter([&] { ready = poll_once(event, -1); });
  stop.request_stop();
  waiter.join();
  EXPECT_EQ(ready, 1);
}

TEST(StopEvent, WithoutAStopStateItIsNeverReadable) {
  EXPECT_EQ(poll_once(StopEvent(std::stop_token()), 0), 0);
}

}  // namespace
}  // namespace argus::base
