#include "cli/in_cluster/cluster_job.h"

#include <gmock/gmock.h>

#include <sstream>
#include <thread>

#include "cli/in_cluster/kubectl.h"
#include "cli/in_cluster/kubectl_script.h"
#include "fakes/eventually.h"
#include "fakes/fake_clock.h"

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ClusterJobTest : public testing::Test {
 protected:
  int run(const ClusterTask& task = {"graph", {"graph", "summary"}, std::chrono::seconds(9), {}},
          const std::stop_token& stop = {}) {
    // Time passes as fast as it can: what waits for a second does not take one.
    std::jthread time([&](const std::stop_token& end) {
      while (!end.stop_requested()) {
        clock_.advance(std::chrono::seconds(1));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    Progress progress(said_, {}, clock_);
    return run_in_cluster(task, kubectl_.options(), out_, progress, clock_, stop);
  }
  std::string failure() {
    try {
      run();
    } catch (const ClusterError& error) {
      return error.what();
    }
    return "(nothing was thrown)";
  }

  KubectlScript kubectl_;
  base::FakeClock clock_;
  std::ostringstream out_, said_;
};

TEST_F(ClusterJobTest, PrintsWhatThePodPrintsAndEndsAsItEnds) {
  kubectl_.attach_does(
      "cat > input; printf 'an answer'; printf 'on the way\\nargusctl-end 4 9\\n' >&2");
  EXPECT_EQ(run(), 4);
  EXPECT_EQ(out_.str(), "an answer");
  EXPECT_THAT(said_.str(), AllOf(HasSubstr("on the way"), Not(HasSubstr("argusctl-end"))));
  EXPECT_EQ(kubectl_.read("input"), "argusctl-begin\n");
  EXPECT_THAT(kubectl_.calls(),
              testing::ElementsAre("get deployment/cognee-worker", "create --filename=-",
                                   "get pods", "attach pod-1", "delete job"));
  EXPECT_FALSE(kubectl_.job_exists());
}

TEST_F(ClusterJobTest, TheJobIsWhatTheTaskSays) {
  kubectl_.attach_does("cp job kept; cat >/dev/null; echo 'argusctl-end 0 0' >&2");
  EXPECT_EQ(run(), 0);
  const auto job = nlohmann::json::parse(kubectl_.read("kept"));
  EXPECT_THAT(job["metadata"]["name"].get<std::string>(),
              testing::MatchesRegex("argusctl-graph-[0-9a-f]{32}"));
  EXPECT_EQ(job["spec"]["activeDeadlineSeconds"], 9);
  EXPECT_EQ(job["spec"]["template"]["spec"]["containers"][0]["args"],
            nlohmann::json::array({"graph", "summary"}));
}

TEST_F(ClusterJobTest, HandsOverItsInput) {
  int pieces = 0;
  const ClusterTask task{
      "ingest", {}, std::chrono::seconds(9), [&]() -> std::optional<std::string> {
        if (pieces == 3) return std::nullopt;
        return "piece" + std::to_string(++pieces);
      }};
  EXPECT_EQ(run(task), 0);
  EXPECT_EQ(kubectl_.read("input"), "argusctl-begin\npiece1piece2piece3");
}

TEST_F(ClusterJobTest, WaitsForThePod) {
  // A look that finds none, then one that pulls its image, then one that runs.
  kubectl_.write("pods.next", kubectl_.read("pods"));
  kubectl_.write("pods", R"({"items": []})");
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(said_.str(), HasSubstr("Starting a pod"));
  EXPECT_FALSE(kubectl_.job_exists());
}

TEST_F(ClusterJobTest, GivesUpWaitingForThePod) {
  kubectl_.pod_is(R"({"waiting": {"reason": "ContainerCreating"}})");
  EXPECT_THAT(failure(),
              AllOf(HasSubstr("does not run after 5 min"), HasSubstr("ContainerCreating")));
  EXPECT_FALSE(kubectl_.job_exists());
}

TEST_F(ClusterJobTest, SaysWhyThePodDoesNotStart) {
  kubectl_.pod_is(R"({"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}})");
  EXPECT_THAT(failure(), AllOf(HasSubstr("no such image"), HasSubstr("--image")));
  kubectl_.pod_is(R"({"terminated": {"reason": "Error", "exitCode": 1}})");
  EXPECT_THAT(failure(), HasSubstr("ended at once (Error, exit code 1)"));
  kubectl_.write("pods", R"({"items": []})");
  kubectl_.write("events", R"({"items": [{"reason": "FailedCreate", "message": "exceeded"}]})");
  EXPECT_THAT(failure(), HasSubstr("The pod was refused: exceeded"));
  EXPECT_FALSE(kubectl_.job_exists());
}

TEST_F(ClusterJobTest, AnAnswerThatIsCutIsNoAnswer) {
  // No last line; a last line that counts more than came; kubectl that fails.
  for (const char* script : {"cat >/dev/null; printf 'half an ans'",
                             "cat >/dev/null; printf 'half'; echo 'argusctl-end 0 5' >&2",
                             "echo 'error: lost connection to pod' >&2; exit 1"}) {
    kubectl_.attach_does(script);
    EXPECT_THAT(failure(), AllOf(StartsWith("The connection to the pod pod-1 broke off"),
                                 HasSubstr("kubectl attach ended with")));
    EXPECT_FALSE(kubectl_.job_exists());
  }
  EXPECT_THAT(said_.str(), HasSubstr("error: lost connection to pod"));
}

TEST_F(ClusterJobTest, SaysHowThePodEndedWhenTheConnectionBreaksOff) {
  kubectl_.write("after", R"({"items": [{"metadata": {"name": "pod-1"}, "status": {
      "containerStatuses": [{"name": "argusctl", "state": {"terminated":
      {"reason": "OOMKilled", "exitCode": 137}}}]}}]})");
  kubectl_.attach_does("cat >/dev/null; cp after pods");
  EXPECT_THAT(failure(), HasSubstr("the pod ended: OOMKilled, exit code 137"));
}

TEST_F(ClusterJobTest, NothingIsMadeWithoutADataLayer) {
  kubectl_.write("parts", "");
  EXPECT_THAT(failure(), HasSubstr("no Deployment cognee-worker"));
  EXPECT_THAT(kubectl_.calls(), testing::ElementsAre("get deployment/cognee-worker"));
}

TEST_F(ClusterJobTest, AJobThatCannotBeDeletedIsSaid) {
  kubectl_.attach_does("cat >/dev/null; rm job; echo 'argusctl-end 0 0' >&2");
  EXPECT_EQ(run(), 0) << "the answer came";
  EXPECT_THAT(said_.str(), AllOf(HasSubstr("cannot be deleted"), HasSubstr("deletes itself")));
}

TEST_F(ClusterJobTest, AStopDeletesTheJob) {
  kubectl_.attach_does("echo > attached; exec sleep 600");
  std::stop_source stop;
  std::jthread caller([&] {
    EXPECT_THROW(run({"graph", {}, std::chrono::seconds(9), {}}, stop.get_token()), Interrupted);
  });
  EXPECT_TRUE(
      fakes::eventually([&] { return std::filesystem::exists(kubectl_.path() + "/attached"); }));
  stop.request_stop();
  caller.join();
  EXPECT_FALSE(kubectl_.job_exists());
  EXPECT_THAT(kubectl_.calls(), Contains("delete job"));
}

TEST_F(ClusterJobTest, AStopWhileThePodStartsDeletesTheJob) {
  kubectl_.pod_is(R"({"waiting": {"reason": "ContainerCreating"}})");
  std::stop_source stop;
  Progress progress(said_, {}, clock_);  // time stands still
  std::jthread caller([&] {
    EXPECT_THROW(run_in_cluster({"graph", {}, std::chrono::seconds(9), {}}, kubectl_.options(),
                                out_, progress, clock_, stop.get_token()),
                 Interrupted);
  });
  EXPECT_TRUE(clock_.await_waiters(1));
  stop.request_stop();
  caller.join();
  EXPECT_FALSE(kubectl_.job_exists());
}

}  // namespace
}  // namespace argus::cli
