#include "base/shutdown.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace argus::base {
namespace {

// Runs `body` in a process of its own and returns how that process ended, as waitpid() tells it.
template <typename Body>
int status_of_child(const Body& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(Shutdown, ASignalEndsWaitAndStopsTheToken) {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    const int status = status_of_child([&] {
      Shutdown shutdown;
      if (shutdown.token().stop_requested()) return 1;
      kill(getpid(), signal_number);
      if (shutdown.wait() != signal_number) return 2;
      return shutdown.token().stop_requested() ? 0 : 3;
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
}

TEST(Shutdown, ASecondSignalEndsTheProcess) {
  const int status = status_of_child([]() -> int {
    Shutdown shutdown;
    kill(getpid(), SIGTERM);
    shutdown.wait();
    kill(getpid(), SIGINT);
    while (true) pause();  // a stop that never finishes
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGINT);
}

TEST(Shutdown, RequestEndsWaitFromAnotherThread) {
  Shutdown shutdown;
  std::thread thread([&] { shutdown.request(); });
  EXPECT_EQ(shutdown.wait(), 0);
  EXPECT_TRUE(shutdown.token().stop_requested());
  thread.join();
}

TEST(Shutdown, ThreadsInheritTheBlockedSignals) {
  const int status = status_of_child([] {
    Shutdown shutdown;
    std::thread thread([] {
      kill(getpid(), SIGTERM);  // would end the process here if this thread took it
    });
    thread.join();
    return shutdown.wait() == SIGTERM ? 0 : 1;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace argus::base
