// A program as a child process, with what it writes.
//
// Threads: use from one. Ownership: the destructor kills a child that still runs. Failure:
// std::runtime_error when it cannot be started, or does not end in time.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "fakes/temporary_directory.h"

namespace argus::fakes {

class Program {
 public:
  // Inherits this process's environment, with `environment` (NAME=value) added.
  Program(std::vector<std::string> command, const std::vector<std::string>& environment);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal_number) const;
  // Its exit code; 128 and the signal when one ended it.
  int wait();
  [[nodiscard]] std::string out() const { return output_.read("out"); }
  [[nodiscard]] std::string err() const { return output_.read("err"); }

 private:
  TemporaryDirectory output_;
  pid_t child_ = -1;
};

}  // namespace argus::fakes
