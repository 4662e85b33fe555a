// A file descriptor that closes itself, and a pipe of two.
//
// Threads: values; use each from one thread at a time. Ownership: the object owns the descriptor.
// Failure: std::system_error when there is none to be had.
#pragma once

#include <string>
#include <utility>

namespace argus::base {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  [[nodiscard]] int number() const { return number_; }  // -1: none
  void reset();

 private:
  int number_;
};

// What a system call returned; std::system_error with `what` when that is an error.
[[nodiscard]] Descriptor checked_descriptor(int number, const std::string& what);

// Closed in the programs that this process starts (O_CLOEXEC), unless handed to one.
struct Pipe {
  Descriptor read_end;
  Descriptor write_end;

  Pipe();
};

}  // namespace argus::base
