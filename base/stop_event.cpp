#include "base/stop_event.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace argus::base {

StopEvent::StopEvent(const std::stop_token& stop)
    : event_(checked_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      on_stop_(stop, Raise{event_.number()}) {}

void StopEvent::Raise::operator()() const {
  const std::uint64_t one = 1;
  // An eventfd refuses a write only when its counter is full, which is as good as written.
  [[maybe_unused]] const ssize_t written = write(event, &one, sizeof one);
}

}  // namespace argus::base
