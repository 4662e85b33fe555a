// START HERE: the whole contract between the controller runtime and a controller.
//
// A Request is only a key, never an event: the reconciler reads the world again. The runtime never
// runs one key twice at once, and decides from what comes back: an exception is retried with
// back-off (5 ms doubling to 5 min), a TerminalError is not retried until the object changes, a
// Result with requeue_after is queued again after that time, and an empty Result forgets the key's
// failures.
//
// Threads: reconcile() is called from any of the N workers.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <stop_token>

#include "kube_object/object.h"

namespace argus::runtime {

struct Request {
  kube::ObjectKey key;
  auto operator<=>(const Request&) const = default;
};

struct Result {
  std::optional<std::chrono::milliseconds> requeue_after;
};

// Retrying cannot help: the object must change first.
class TerminalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Reconciler {
 public:
  virtual ~Reconciler() = default;
  virtual Result reconcile(const Request& request, std::stop_token stop) = 0;
};

}  // namespace argus::runtime
