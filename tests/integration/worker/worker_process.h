// The real argus-worker as a child process, with its settings in the environment.
//
// Threads: use from one. Failure: std::runtime_error. Ownership: the destructor kills the process.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "live_services.h"

namespace argus::worker::live {

struct WorkerSettings {
  std::string prefix;  // of its topics
  std::string group;
  std::map<std::string, std::string> more;  // further settings; they win
};

struct Answer {
  int status = 0;  // 0: no answer
  std::string body;
};

class WorkerProcess {
 public:
  WorkerProcess(const Services& services, const WorkerSettings& settings);
  // With this environment and nothing else.
  explicit WorkerProcess(const std::map<std::string, std::string>& environment);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  // Waits for its end, at most so long; its exit code, or minus the signal that ended it.
  std::optional<int> wait(std::chrono::seconds patience);
  // SIGKILL, and waits.
  void kill();

  [[nodiscard]] Answer get(const std::string& path) const;
  [[nodiscard]] bool ready() const { return get("/ready").status == 200; }
  // What it wrote so far, standard error and output together.
  [[nodiscard]] std::string output() const;

 private:
  void start(const std::map<std::string, std::string>& environment);

  std::string log_;
  int port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace argus::worker::live
