#include "base/run_until_stopped.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace argus::base {
namespace {

// Runs `work` until it is stopped, in a process of its own; that process's exit status.
int status_of_program(const std::function<int(std::stop_token stop)>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(run_until_stopped("program", work));
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void wait_for(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait(lock, stop, [] { return false; });
}

TEST(RunUntilStopped, EndsWithTheWork) {
  EXPECT_EQ(status_of_program([](const std::stop_token&) { return 7; }), 7);
}

TEST(RunUntilStopped, ASignalStopsTheWorkWhoseStatusCounts) {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    EXPECT_EQ(status_of_program([&](const std::stop_token& stop) {
                kill(getpid(), signal_number);
                wait_for(stop);
                return 7;
              }),
              7);
  }
}

TEST(RunUntilStopped, WorkThatThrowsHasFailed) {
  testing::internal::CaptureStderr();
  const int status = status_of_program(
      [](const std::stop_token&) -> int { throw std::runtime_error("no such cluster"); });
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(status, kWorkFailed);
  EXPECT_NE(log.find("program failed"), std::string::npos) << log;
  EXPECT_NE(log.find("no such cluster"), std::string::npos) << log;
}

TEST(RunUntilStopped, ASecondSignalDoesNotWaitForTheWork) {
  const int status = status_of_program([](const std::stop_token& stop) -> int {
    kill(getpid(), SIGTERM);
    wait_for(stop);
    kill(getpid(), SIGINT);
    while (true) pause();  // a stop that never finishes
  });
  EXPECT_EQ(status, 128 + SIGINT);
}

}  // namespace
}  // namespace argus::base
