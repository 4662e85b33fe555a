// An event on its way out: what a producer needs to send it.
//
// Threads: values.
#pragma once

#include <string>

#include "event/ingested_event.h"

namespace argus::worker {

struct OutboundEvent {
  std::string key;  // the dataset: the events of one dataset keep their order
  Headers headers;  // CloudEvents 1.0, binary mode
  std::string value;
};

}  // namespace argus::worker
