#include "cli/in_cluster/job_state.h"

#include <gmock/gmock.h>

#include "cli/in_cluster/job_manifest.h"

namespace argus::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using Phase = JobState::Phase;

json list(json item) { return {{"items", json::array({std::move(item)})}}; }

// A pod whose container is in this state.
json pod(json state) {
  return {{"metadata", {{"name", "p"}}},
          {"status",
           {{"phase", "Pending"},
            {"containerStatuses", {{{"name", kJobContainer}, {"state", std::move(state)}}}}}}};
}

JobState state_of(json item) { return job_state(list(std::move(item)), json::object()); }

TEST(JobStateTest, WithoutAPodItWaitsForOne) {
  for (const json& nothing : {json::object(), json{{"items", json::array()}}}) {
    const JobState state = job_state(nothing, nothing);
    EXPECT_EQ(state.phase, Phase::kNoPod);
    EXPECT_EQ(state.text, "its pod");
  }
  const json created = {{"reason", "SuccessfulCreate"}, {"message", "Created pod: p"}};
  EXPECT_EQ(job_state(json::object(), list(created)).phase, Phase::kNoPod);
}

TEST(JobStateTest, APodThatIsRefusedDoesNotCome) {
  const json refused = {{"reason", "FailedCreate"},
                        {"message", "pods \"p\" is forbidden: exceeded quota: argus-data-quota"}};
  const JobState state = job_state(json::object(), list(refused));
  EXPECT_EQ(state.phase, Phase::kCannotStart);
  EXPECT_THAT(state.text, AllOf(HasSubstr("exceeded quota: argus-data-quota"),
                                HasSubstr("change spec.guardrails")));
}

TEST(JobStateTest, PastItsDeadlineThePodIsGone) {
  const json ended = {{"reason", "DeadlineExceeded"},
                      {"message", "Job was active longer than specified deadline"}};
  const JobState state = job_state(json::object(), list(ended));
  EXPECT_EQ(state.phase, Phase::kEnded);
  EXPECT_EQ(state.text, "DeadlineExceeded: Job was active longer than specified deadline");
}

TEST(JobStateTest, SaysWhatThePodWaitsFor) {
  JobState state = state_of({{"metadata", {{"name", "p"}}}});
  EXPECT_EQ(state.phase, Phase::kStarting);
  EXPECT_EQ(state.pod, "p");
  EXPECT_EQ(state.text, "");
  const json unscheduled = {{"type", "PodScheduled"},
                            {"status", "False"},
                            {"message", "0/1 nodes are available: 1 Insufficient cpu."}};
  state = state_of({{"metadata", {{"name", "p"}}},
                    {"status", {{"phase", "Pending"}, {"conditions", {unscheduled}}}}});
  EXPECT_EQ(state.phase, Phase::kStarting);
  EXPECT_EQ(state.text, "no node for the pod: 0/1 nodes are available: 1 Insufficient cpu.");
  for (const char* reason : {"ContainerCreating", "ErrImagePull", "PodInitializing"}) {
    state = state_of(pod({{"waiting", {{"reason", reason}}}}));
    EXPECT_EQ(state.phase, Phase::kStarting) << "waiting may mend it";
    EXPECT_EQ(state.text, reason);
  }
}

TEST(JobStateTest, SaysWhatNoWaitingMends) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"ImagePullBackOff", "that the cluster can pull with --image"},
      {"InvalidImageName", "write a valid image with --image"},
      {"ErrImageNeverPull", "load the image to the node"},
      {"CreateContainerConfigError", "the data layer's Secrets are there"},
      {"CreateContainerError", "check the image"},
      {"RunContainerError", "the image holds argusctl"}};
  for (const auto& [reason, advice] : cases) {
    const JobState state =
        state_of(pod({{"waiting", {{"reason", reason}, {"message", "the \x1b[2Jdetails"}}}}));
    EXPECT_EQ(state.phase, Phase::kCannotStart) << reason;
    EXPECT_THAT(state.text, AllOf(HasSubstr("The pod p cannot start (" + reason + ": the \\x1b"),
                                  HasSubstr(advice)));
  }
}

TEST(JobStateTest, RunsAndEnds) {
  JobState state = state_of(pod({{"running", {{"startedAt", "2026-11-23T10:15:30Z"}}}}));
  EXPECT_EQ(state.phase, Phase::kRunning);
  EXPECT_EQ(state.pod, "p");
  EXPECT_EQ(state.text, "");
  state = state_of(pod({{"terminated", {{"reason", "OOMKilled"}, {"exitCode", 137}}}}));
  EXPECT_EQ(state.phase, Phase::kEnded);
  EXPECT_EQ(state.text, "OOMKilled, exit code 137");
  state = state_of(pod({{"terminated", {{"exitCode", 1}}}}));
  EXPECT_EQ(state.text, "exit code 1");
}

TEST(JobStateTest, AnotherContainersStateIsNotOurs) {
  json injected = pod({{"running", json::object()}});
  injected["status"]["containerStatuses"][0]["name"] = "proxy";
  EXPECT_EQ(state_of(injected).phase, Phase::kStarting);
}

TEST(JobStateTest, AnEvictedPodSaysWhy) {
  json evicted = pod({{"running", json::object()}});
  evicted["status"]["phase"] = "Failed";
  evicted["status"]["reason"] = "Evicted";
  evicted["status"]["message"] = "Usage of EmptyDir volume \"tree\" exceeds the limit";
  const JobState state = state_of(evicted);
  EXPECT_EQ(state.phase, Phase::kEnded);
  EXPECT_EQ(state.text, "Evicted: Usage of EmptyDir volume \"tree\" exceeds the limit");
}

}  // namespace
}  // namespace argus::cli
