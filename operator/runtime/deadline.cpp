#include "runtime/deadline.h"

namespace argus::runtime {

Deadline::Deadline(base::Clock& clock, base::Clock::Monotonic at, std::stop_token parent)
    : parent_(std::move(parent), [this] { source_.request_stop(); }),
      timer_([this, &clock, at](std::stop_token stop) {
        const auto left = at - clock.monotonic();
        if (clock.sleep_for(left, std::move(stop))) source_.request_stop();
      }) {}

}  // namespace argus::runtime
