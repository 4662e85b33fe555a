#include "base/run_child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <system_error>
#include <thread>

#include "fakes/temporary_directory.h"

namespace argus::base {
namespace {

using namespace std::chrono_literals;
using End = ChildResult::End;
using testing::HasSubstr;
using testing::Not;

constexpr auto kNever = 60s;
constexpr auto kPatience = 15s;

ChildProcess shell(const std::string& script) {
  return {"sh", {"-c", script}, {}, kNever, 1'000'000};
}

// Runs a child that does not end by itself, and again with twice the time when it was killed before
// it was where the test wants it: a busy machine takes its time to start a shell.
template <typename WasThere>
ChildResult run_out_of_time(ChildProcess process, const WasThere& was_there) {
  process.timeout = 50ms;
  ChildResult result = run_child(process, {});
  while (result.end == End::kTimeout && !was_there(result) && process.timeout < kPatience) {
    process.timeout *= 2;
    result = run_child(process, {});
  }
  return result;
}

TEST(ChildProcess, OutputErrorsAndExitCode) {
  const ChildResult result = run_child(shell("echo out; echo err >&2; exit 3"), {});
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(ChildProcess, ArgumentsPassUnchangedAndNoShellReadsThem) {
  ChildProcess process{"/bin/echo", {"$HOME", "a  b", "; exit 9", "*"}, {}, kNever, 1000};
  EXPECT_EQ(run_child(process, {}).output, "$HOME a  b ; exit 9 *\n");
}

TEST(ChildProcess, TheEnvironmentIsInheritedAndAddedTo) {
  setenv("ARGUS_TEST_INHERITED", "old", 1);
  setenv("ARGUS_TEST_REPLACED", "old", 1);
  ChildProcess process = shell("echo $ARGUS_TEST_INHERITED $ARGUS_TEST_REPLACED $ARGUS_TEST_ADDED");
  process.environment = {{"ARGUS_TEST_REPLACED", "new"}, {"ARGUS_TEST_ADDED", "added"}};
  EXPECT_EQ(run_child(process, {}).output, "old new added\n");
}

TEST(ChildProcess, ItHasNoInputAndNoOtherDescriptors) {
  int leaked[2];
  ASSERT_EQ(pipe(leaked), 0);  // without O_CLOEXEC, as a library would open it
  const ChildResult result = run_child(shell("cat; ls /proc/self/fd | wc -l"), {});
  close(leaked[0]);
  close(leaked[1]);
  EXPECT_EQ(std::stoi(result.output), 4);  // its three, and the directory that ls reads
}

TEST(ChildProcess, ItsSignalsAreNotBlocked) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const ChildResult result = run_child(shell("kill -TERM $$; sleep 60"), {});
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(result.end, End::kKilledBySignal);
  EXPECT_EQ(result.code, SIGTERM);
}

TEST(ChildProcess, ItIsKilledWhenItTakesTooLong) {
  const ChildResult result =
      run_out_of_time(shell("echo early; sleep 60"),
                      [](const ChildResult& killed) { return !killed.output.empty(); });
  EXPECT_EQ(result.end, End::kTimeout);
  EXPECT_EQ(result.output, "early\n");
}

TEST(ChildProcess, NoisyOrQuietItIsKilledWhenItTakesTooLong) {
  const ChildResult result =
      run_out_of_time(shell("while :; do echo noise >&2; done"),
                      [](const ChildResult& killed) { return killed.errors.size() >= 4096; });
  EXPECT_EQ(result.end, End::kTimeout);
  EXPECT_EQ(result.errors.size(), 4096U);
}

TEST(ChildProcess, ItsChildrenAreKilledToo) {
  const fakes::TemporaryDirectory directory;
  const std::string pid = directory.path() + "/pid";
  // Renamed, so that it is there only with its line.
  const ChildResult result = run_out_of_time(
      shell("sleep 60 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; wait"),
      [&](const ChildResult&) { return std::filesystem::exists(pid); });
  ASSERT_EQ(result.end, End::kTimeout);
  const int grandchild = std::stoi(directory.read("pid"));
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  // It may be a zombie for a moment, until somebody above reaps it.
  const auto alive = [&] {
    std::ifstream status("/proc/" + std::to_string(grandchild) + "/stat");
    std::string text((std::istreambuf_iterator<char>(status)), {});
    return !text.empty() && text.find(") Z ") == std::string::npos;
  };
  while (alive() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(alive());
}

TEST(ChildProcess, AGrandchildThatKeepsThePipeOpenIsNotWaitedFor) {
  const ChildResult result = run_child(shell("sleep 60 & echo done"), {});
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.output, "done\n");
}

TEST(ChildProcess, TooMuchOutput) {
  ChildProcess process = shell("yes");
  process.output_bytes_max = 1000;
  EXPECT_EQ(run_child(process, {}).end, End::kTooMuchOutput);
  process = shell("printf 12345");
  process.output_bytes_max = 5;
  EXPECT_EQ(run_child(process, {}).output, "12345");
}

TEST(ChildProcess, StopKillsIt) {
  std::stop_source stop;
  const fakes::TemporaryDirectory directory;
  const std::string started = directory.path() + "/started";
  std::thread stopper([&] {
    while (!std::filesystem::exists(started)) std::this_thread::yield();
    stop.request_stop();
  });
  EXPECT_EQ(run_child(shell("touch " + started + "; sleep 60"), stop.get_token()).end,
            End::kStopped);
  stopper.join();
}

TEST(ChildProcess, AProgramThatIsNotThere) {
  ChildProcess process{"argus-no-such-program", {}, {}, kNever, 1000};
  EXPECT_THROW(run_child(process, {}), std::system_error);
}

}  // namespace
}  // namespace argus::base
