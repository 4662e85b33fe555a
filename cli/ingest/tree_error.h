// A directory that cannot be read as it must be; what() is a sentence for people.
//
// Threads: a value.
#pragma once

#include <stdexcept>

namespace argus::cli {

class TreeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace argus::cli
