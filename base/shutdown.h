// SIGTERM and SIGINT as a stop_token. Construct one in main, before any thread starts, so that
// every thread inherits the blocked signals and only wait() takes them.
//
// Threads: construct on the main thread; token() and request() from any thread; wait() from one.
// Ownership: one a process; the destructor unblocks the signals again.
// Failure: the constructor throws std::system_error when the kernel has no file descriptor left.
#pragma once

#include <stop_token>
#include <thread>

namespace argus::base {

class Shutdown {
 public:
  Shutdown();
  ~Shutdown();
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  [[nodiscard]] std::stop_token token() const;
  // Stops as a signal would: for a fatal condition found on another thread.
  void request();
  // Blocks until a signal arrives or request() is called; returns the signal's number, 0 for
  // request(). A second signal during the stop ends the process at once with status 128 + signal.
  int wait();

 private:
  // What wakes a thread that waits for signals: the signal's number, or 0 for a write to `event`.
  [[nodiscard]] int next_signal(int event) const;

  std::stop_source source_;
  int signals_ = -1;       // signalfd
  int requested_ = -1;     // eventfd: request() was called
  int finished_ = -1;      // eventfd: the destructor runs
  std::thread impatient_;  // after wait(): ends the process at the second signal
};

}  // namespace argus::base
