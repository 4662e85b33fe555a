#include "base/subprocess.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/descriptor.h"

namespace argus::base {
namespace {

SubprocessOptions shell(const std::string& script) {
  SubprocessOptions options;
  options.program = "sh";
  options.arguments = {"-c", script};
  return options;
}

std::string read_to_end(const Descriptor& from) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(from.number(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// What it prints on standard output until everybody who can has closed it.
std::string output_of(SubprocessOptions options) {
  Pipe pipe;
  options.output = pipe.write_end.number();
  Subprocess child(options);
  pipe.write_end.reset();
  std::string text = read_to_end(pipe.read_end);
  child.wait();
  return text;
}

// This process has no such child any more, or never had.
bool is_reaped(pid_t id) {
  int status = 0;
  return waitpid(id, &status, WNOHANG) < 0 && errno == ECHILD;
}

TEST(Subprocess, TellsHowItEnded) {
  const SubprocessEnd exited = Subprocess(shell("exit 3")).wait();
  EXPECT_FALSE(exited.by_signal);
  EXPECT_EQ(exited.code, 3);
  const SubprocessEnd killed = Subprocess(shell("kill -TERM $$")).wait();
  EXPECT_TRUE(killed.by_signal);
  EXPECT_EQ(killed.code, SIGTERM);
}

TEST(Subprocess, IsReapedOnceAndItsEndIsKept) {
  Subprocess child(shell("exit 3"));
  EXPECT_EQ(child.wait().code, 3);
  EXPECT_TRUE(is_reaped(child.id()));
  EXPECT_EQ(child.wait().code, 3);
}

TEST(Subprocess, TheDestructorEndsAndReapsIt) {
  pid_t id = -1;
  {
    const Subprocess child(shell("exec sleep 60"));
    id = child.id();
    EXPECT_EQ(kill(id, 0), 0);
  }
  EXPECT_TRUE(is_reaped(id));
}

TEST(Subprocess, TheDestructorSendsTheSignalAskedFor) {
  Pipe pipe;
  {
    SubprocessOptions options =
        shell("trap 'echo asked; exit' TERM; echo ready; while :; do sleep 0.01; done");
    options.output = pipe.write_end.number();
    options.end_signal = SIGTERM;
    const Subprocess child(options);
    pipe.write_end.reset();
    std::array<char, 6> ready{};
    ASSERT_EQ(read(pipe.read_end.number(), ready.data(), ready.size()), 6);
  }
  EXPECT_EQ(read_to_end(pipe.read_end), "asked\n");
}

TEST(Subprocess, WithAGroupOfItsOwnTheWholeGroupIsEnded) {
  Pipe pipe;
  {
    SubprocessOptions options = shell("sleep 60 & echo ready; wait");
    options.output = pipe.write_end.number();
    options.own_group = true;
    const Subprocess child(options);
    pipe.write_end.reset();
    EXPECT_EQ(getpgid(child.id()), child.id());
    std::array<char, 6> ready{};
    ASSERT_EQ(read(pipe.read_end.number(), ready.data(), ready.size()), 6);
  }
  EXPECT_EQ(read_to_end(pipe.read_end), "");  // the grandchild's end of it is closed, too
}

TEST(Subprocess, WithoutOneItStaysInOurs) {
  const Subprocess child(shell("exec sleep 60"));
  EXPECT_EQ(getpgid(child.id()), getpgrp());
}

TEST(Subprocess, HasItsThreeStreamsAndNoOtherDescriptor) {
  std::array<int, 2> leaked{};
  ASSERT_EQ(pipe(leaked.data()), 0);  // without O_CLOEXEC, as a library would open it
  const std::string listed = output_of(shell("ls /proc/self/fd"));
  close(leaked[0]);
  close(leaked[1]);
  EXPECT_EQ(listed, "0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST(Subprocess, StreamsThatAreNotGivenAreDevNull) {
  EXPECT_EQ(output_of(shell("readlink /proc/$$/fd/0 /proc/$$/fd/2")), "/dev/null\n/dev/null\n");
}

TEST(Subprocess, ReadsItsInputAndWritesItsErrors) {
  Pipe in, errors;
  SubprocessOptions options = shell("cat >&2");
  options.input = in.read_end.number();
  options.errors = errors.write_end.number();
  Subprocess child(options);
  in.read_end.reset();
  errors.write_end.reset();
  ASSERT_EQ(write(in.write_end.number(), "hello", 5), 5);
  in.write_end.reset();
  EXPECT_EQ(read_to_end(errors.read_end), "hello");
  EXPECT_EQ(child.wait().code, 0);
}

TEST(Subprocess, TheEnvironmentIsOursOrTheOneGiven) {
  setenv("ARGUS_TEST_INHERITED", "ours", 1);
  SubprocessOptions options = shell("echo \"$ARGUS_TEST_INHERITED $ARGUS_TEST_GIVEN\"");
  EXPECT_EQ(output_of(options), "ours \n");
  options.environment = {"ARGUS_TEST_GIVEN=given"};
  EXPECT_EQ(output_of(options), " given\n");
}

// The signals that a thread blocks while it starts a child, seen in the child.
std::string blocked_in_child(bool keep) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  SubprocessOptions options;
  options.program = "sed";  // a shell would block signals itself while it waits
  options.arguments = {"-n", R"(s/^SigBlk:.*\(....\)$/\1/p)", "/proc/self/status"};
  options.keep_blocked_signals = keep;
  std::string text = output_of(options);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return text;
}

TEST(Subprocess, ItsSignalsAreBlockedOnlyWhenAskedFor) {
  EXPECT_EQ(blocked_in_child(false), "0000\n");
  EXPECT_EQ(blocked_in_child(true), "4000\n");  // bit 14: SIGTERM, 15
}

TEST(Subprocess, AProgramThatIsNotThere) {
  SubprocessOptions options;
  options.program = "argus-no-such-program";
  try {
    const Subprocess child(options);
    FAIL() << "it was started";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_NE(std::string(error.what()).find("argus-no-such-program"), std::string::npos);
  }
}

}  // namespace
}  // namespace argus::base
