// A stop_token that is requested at a deadline, or when another one is: what gives a request that
// takes only a stop_token a time-out.
//
// Threads: one of its own, for as long as it lives; the methods may be called from any.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "base/clock.h"

namespace argus::runtime {

class Deadline {
 public:
  Deadline(base::Clock& clock, base::Clock::Monotonic at, std::stop_token parent);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> parent_;
  std::jthread timer_;
};

}  // namespace argus::runtime
