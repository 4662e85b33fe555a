// What became of one write of a plan.
//
// Threads: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argusdatalayer/model/components.h"
#include "argusdatalayer/plan/plan.h"

namespace argus::adl {

struct WriteOutcome {
  Write::Action action;
  Component component;
  std::string object;                // "StatefulSet redpanda"
  std::vector<std::string> because;  // differing fields, for an update
  std::optional<std::string> error;  // the API server's words
  // Retrying cannot help before something changes: the server found the object invalid.
  bool invalid = false;
  bool name_taken = false;             // somebody else's object has the name; nothing was written
  bool namespace_terminating = false;  // it goes, and everything in it
};

}  // namespace argus::adl
