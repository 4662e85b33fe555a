// A stop request as a file descriptor, so that poll() can wait for it beside others.
//
// Threads: stop may be requested from any thread; the object is used from one. Failure:
// std::system_error when the kernel has no file descriptor left.
#pragma once

#include <stop_token>

#include "base/descriptor.h"

namespace argus::base {

class StopEvent {
 public:
  explicit StopEvent(const std::stop_token& stop);

  // Readable once stop was requested.
  [[nodiscard]] int descriptor() const { return event_.number(); }

 private:
  struct Raise {
    int event;
    void operator()() const;
  };

  const Descriptor event_;
  const std::stop_callback<Raise> on_stop_;  // after event_: it is gone first
};

}  // namespace argus::base
