// argusctl as a child process, from its start to its end.
//
// Threads: free functions. Failure: see program.h.
#pragma once

#include <string>
#include <vector>

#include "fakes/places.h"
#include "program.h"

namespace argus::cli {

inline const std::string kArgusctl = fakes::build_path("bin/argusctl");

struct Ended {
  int status = -1;
  std::string out;
  std::string err;
};

inline Ended run_to_end(const std::vector<std::string>& command,
                        const std::vector<std::string>& environment) {
  fakes::Program program(command, environment);
  Ended ended;
  ended.status = program.wait();
  ended.out = program.out();
  ended.err = program.err();
  return ended;
}

}  // namespace argus::cli
