// The real argus-operator, as a child process of the test.
//
//   OperatorProcess one({.kubeconfig = path, .ns = "data", .arguments = {"--no-leader-elect"}});
//   ASSERT_TRUE(one.ready());
//   EXPECT_EQ(one.stop(SIGTERM), 0);
//
// Threads: use from one. Ownership: it is killed when the object goes, and when the test dies.
// Failure: std::system_error when it cannot be started; the rest are values.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "fakes/temporary_directory.h"

namespace argus::adl {

struct OperatorOptions {
  std::string kubeconfig;
  std::string ns;                           // watched, and the Lease's unless arguments say else
  std::vector<std::string> arguments = {};  // more of `argus-operator run`
};

class OperatorProcess {
 public:
  explicit OperatorProcess(const OperatorOptions& options);
  ~OperatorProcess();
  OperatorProcess(const OperatorProcess&) = delete;
  OperatorProcess& operator=(const OperatorProcess&) = delete;

  // Waits for /readyz to answer 200; false after half a minute, or when the process ended.
  [[nodiscard]] bool ready() const;
  // Sends the signal and waits for the end: the exit status, or 128 and the signal that ended it.
  int stop(int signal);
  // As `stop`, but whoever waits for the end is the destructor.
  void send(int signal) const;

  [[nodiscard]] int probe(const std::string& path) const;  // status; 0: no answer
  // The value of a sample of /metrics; -1 when there is none.
  [[nodiscard]] double metric(const std::string& sample) const;
  // Of all results.
  [[nodiscard]] double reconciles() const;
  [[nodiscard]] std::string log() const;

 private:
  fakes::TemporaryDirectory directory_;
  std::uint16_t port_;
  pid_t pid_ = -1;
};

// Where the build put argus-operator.
[[nodiscard]] std::string operator_program();

}  // namespace argus::adl
