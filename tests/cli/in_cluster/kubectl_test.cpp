// Real child programs, as shell scripts: what kubectl may do to its caller.
#include "cli/in_cluster/kubectl.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Heard {
  int status = -1;
  std::string out;
  std::string err;
};

class KubectlTest : public testing::Test {
 protected:
  // A kubectl that does this.
  Kubectl kubectl(const std::string& script) {
    options_.kubectl = directory_.write_program("kubectl", script);
    return Kubectl(options_);
  }
  static Heard run(const Kubectl& kubectl, std::vector<std::string> arguments = {},
                   std::function<std::optional<std::string>()> input = {},
                   const std::stop_token& stop = {}) {
    Heard heard;
    KubectlCall call;
    call.arguments = std::move(arguments);
    call.input = std::move(input);
    call.on_output = [&](std::string_view bytes) { heard.out += bytes; };
    call.on_errors = [&](std::string_view bytes) { heard.err += bytes; };
    heard.status = kubectl.run(call, stop);
    return heard;
  }
  template <typename Action>
  static std::string failure_of(const Action& action) {
    try {
      action();
    } catch (const ClusterError& error) {
      return error.what();
    }
    return "(nothing was thrown)";
  }

  fakes::TemporaryDirectory directory_;
  ClusterOptions options_;
};

TEST_F(KubectlTest, HandsOnWhatTheChildPrintsAndItsStatus) {
  const Heard heard = run(kubectl("printf 'out\\n'; printf 'err' >&2; printf 'more'; exit 7"));
  EXPECT_EQ(heard.status, 7);
  EXPECT_EQ(heard.out, "out\nmore");
  EXPECT_EQ(heard.err, "err");
}

TEST_F(KubectlTest, EveryCallNamesTheCluster) {
  options_.ns = "layer one";
  options_.kubeconfig = "/tmp/k c";
  options_.context = "there";
  const Heard heard =
      run(kubectl("for word in \"$@\"; do printf '<%s>' \"$word\"; done"), {"get", "pods; ls"});
  EXPECT_EQ(heard.out,
            "<--namespace=layer one><--kubeconfig=/tmp/k c><--context=there><get><pods; ls>");
  EXPECT_EQ(run(kubectl("printf '<%s>' \"$@\"; cat"), {"get"}).out,
            "<--namespace=layer one><--kubeconfig=/tmp/k c><--context=there><get>")
      << "without input its standard input is at its end";
}

TEST_F(KubectlTest, ASignalIsPartOfTheStatus) {
  EXPECT_EQ(run(kubectl("kill -9 $$")).status, 128 + SIGKILL);
  EXPECT_EQ(run(kubectl("kill -15 $$")).status, 128 + SIGTERM);
}

TEST_F(KubectlTest, FeedsItsStandardInputPieceByPiece) {
  std::vector<std::string> pieces = {"one ", "", std::string(300'000, 'x'), " end"};
  std::size_t next = 0;
  const Heard heard = run(kubectl("cat"), {}, [&]() -> std::optional<std::string> {
    if (next == pieces.size()) return std::nullopt;
    return pieces[next++];
  });
  EXPECT_EQ(heard.status, 0);
  EXPECT_EQ(heard.out, "one " + std::string(300'000, 'x') + " end");
}

TEST_F(KubectlTest, AChildThatStopsReadingIsNoTrouble) {
  std::size_t asked = 0;
  const auto endless = [&]() -> std::optional<std::string> {
    ++asked;
    return std::string(100'000, 'x');
  };
  // It closes its input and goes on.
  const Heard closed =
      run(kubectl("head -c 10 >/dev/null; exec <&-; printf 'went on'; exit 3"), {}, endless);
  EXPECT_EQ(closed.status, 3);
  EXPECT_EQ(closed.out, "went on");
  // It reads nothing, and ends.
  EXPECT_EQ(run(kubectl("exit 4"), {}, endless).status, 4);
  EXPECT_LT(asked, 100u);
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST_F(KubectlTest, AStopEndsTheChild) {
  std::stop_source stop;
  std::string out;
  const Kubectl waits = kubectl("printf '%s\\n' $$; exec sleep 600");
  std::jthread caller([&] {
    KubectlCall call;
    call.on_output = [&](std::string_view bytes) {
      out += bytes;
      if (bytes.ends_with('\n')) stop.request_stop();
    };
    EXPECT_THROW(waits.run(call, stop.get_token()), Interrupted);
  });
  caller.join();
  const pid_t child = std::stoi(out);
  EXPECT_NE(kill(child, 0), 0) << "it still runs";
  EXPECT_THROW(run(waits, {}, {}, stop.get_token()), Interrupted) << "a stop from before";
}

TEST_F(KubectlTest, AnExceptionOfTheCallerEndsTheChild) {
  const Kubectl waits =
      kubectl("printf '%s' $$ > '" + directory_.path() + "/id'; printf 'x'; exec sleep 600");
  KubectlCall call;
  call.on_output = [](std::string_view) { throw std::runtime_error("the disk is full"); };
  EXPECT_THROW(waits.run(call, {}), std::runtime_error);
  EXPECT_NE(kill(std::stoi(directory_.read("id")), 0), 0) << "it still runs";
}

TEST_F(KubectlTest, AMissingProgramIsSaid) {
  options_.kubectl = directory_.path() + "/none";
  EXPECT_THAT(failure_of([&] { run(Kubectl(options_)); }),
              AllOf(HasSubstr("/none: No such file or directory"), HasSubstr("Install it"),
                    HasSubstr("--kubectl")));
}

TEST_F(KubectlTest, IsFoundOnThePath) {
  kubectl("printf 'found'");
  const std::string before = std::getenv("PATH");
  setenv("PATH", (directory_.path() + ":" + before).c_str(), 1);
  EXPECT_EQ(run(Kubectl(ClusterOptions{})).out, "found");
  setenv("PATH", before.c_str(), 1);
}

TEST_F(KubectlTest, OutputIsWhatItPrintsOrWhyNot) {
  EXPECT_EQ(kubectl("cat; printf ' %s' \"$2\"").output("It", {"create"}, {}, "input"),
            "input create");
  const Kubectl refuses =
      kubectl("printf 'Error from server (Forbidden): no\\033[2J\\n\\n' >&2; exit 1");
  EXPECT_EQ(failure_of([&] { refuses.output("The Job cannot be created", {"create"}, {}); }),
            "The Job cannot be created: Error from server (Forbidden): no\\x1b[2J");
  EXPECT_EQ(failure_of([&] { kubectl("exit 9").output("It", {}, {}); }),
            "It: kubectl ended with 9");
}

TEST_F(KubectlTest, NoCallWaitsForTheApiServerForEver) {
  EXPECT_THAT(kubectl("printf '%s ' \"$@\"").output("It", {"get"}, {}),
              HasSubstr("--request-timeout=30s"));
}

TEST_F(KubectlTest, ObjectsAreJson) {
  EXPECT_EQ(kubectl("printf '{\"items\": [1]}'").objects("It", {"get", "pods"}, {}),
            nlohmann::json::parse(R"({"items": [1]})"));
  EXPECT_THAT(kubectl("printf '{\"a\": \"%s\"}' \"$*\"").objects("It", {"get"}, {}).at("a"),
              HasSubstr("--output=json"));
  EXPECT_EQ(kubectl("exit 0").objects("It", {"get", "x", "--ignore-not-found"}, {}),
            nlohmann::json::object());
  for (const char* text : {"{\"items\":", "No resources found", "[]"}) {
    const std::string script = std::string("printf '%s' '") + text + "'";
    EXPECT_EQ(failure_of([&] { kubectl(script).objects("It", {"get"}, {}); }),
              "It: kubectl printed no JSON object")
        << text;
  }
}

}  // namespace
}  // namespace argus::cli
