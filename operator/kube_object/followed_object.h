// What is known of an object that is followed by its name (runtime/references.h follows them).
//
// Threads: values.
#pragma once

#include <string>

#include "kube_object/object.h"

namespace argus::kube {

struct FollowedObject {
  enum class State {
    kUnknown,  // not followed, or the first answer is still to come: it will queue the request
    kPresent,
    kAbsent,
    kForbidden,  // no Role lets us read it; tried again until one does
  };
  State state = State::kUnknown;
  SharedObject object;  // kPresent only
  std::string problem;  // the last failure to read it, as a sentence; may be empty
};

}  // namespace argus::kube
