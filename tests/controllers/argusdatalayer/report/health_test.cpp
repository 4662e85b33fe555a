#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/report/health.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using State = Health::State;
using testing::AllOf;
using testing::HasSubstr;

Json workload(const char* kind, const char* status) {
  Json object = Json::object();
  object["kind"] = kind;
  object["metadata"] = {{"name", "it"}, {"generation", 2}};
  object["spec"]["replicas"] = 2;
  object["status"] = Json::parse(status);
  return object;
}

kube::SharedObject pod(const char* status, const char* node = "n1") {
  Json object = Json::object();
  object["kind"] = "Pod";
  object["metadata"]["name"] = "it-0";
  if (*node != '\0') object["spec"]["nodeName"] = node;
  object["status"] = Json::parse(status);
  return std::make_shared<const Json>(std::move(object));
}

Health of_set(const char* status, const std::vector<kube::SharedObject>& pods = {}) {
  return stateful_set_health(workload("StatefulSet", status), pods);
}

constexpr const char* kNoneReady = R"({"observedGeneration": 2})";

TEST(HealthTest, AWorkloadWithAllPodsIsReady) {
  const Health health = of_set(R"({"observedGeneration": 2, "readyReplicas": 2,
      "updatedReplicas": 2})");
  EXPECT_EQ(health.state, State::kReady);
  EXPECT_EQ(health.ready, 2);
  EXPECT_EQ(health.message, "");
}

TEST(HealthTest, WhatWasObservedOfAnEarlierFormDoesNotCount) {
  const Health health = of_set(R"({"observedGeneration": 1, "readyReplicas": 2})");
  EXPECT_EQ(health.state, State::kWaiting);
  EXPECT_THAT(health.message, HasSubstr("has not observed the latest change"));
}

TEST(HealthTest, ARolloutUnderWayIsNotReady) {
  const Health health = of_set(R"({"observedGeneration": 2, "readyReplicas": 2,
      "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"})");
  EXPECT_EQ(health.state, State::kWaiting);
  EXPECT_THAT(health.message, HasSubstr("1 of 2 pods are up to date"));
}

TEST(HealthTest, SaysWhyAPodIsNotScheduled) {
  const Health health = of_set(kNoneReady, {pod(R"({"conditions": [{"type": "PodScheduled",
      "status": "False", "message": "0/1 nodes are available: 1 Insufficient memory."}]})",
                                                "")});
  EXPECT_EQ(health.state, State::kFailing) << "somebody must add a node, or ask for less";
  EXPECT_THAT(health.message, AllOf(HasSubstr("0 of 2 pods ready"),
                                    HasSubstr("it-0 cannot be scheduled: 0/1 nodes")));
}

TEST(HealthTest, ACrashLoopIsFailingAndNamesTheExit) {
  const char* crashing = R"({"containerStatuses": [{"name": "server",
      "state": {"waiting": {"reason": "CrashLoopBackOff"}},
      "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]})";
  const Health health = of_set(kNoneReady, {pod(R"({"phase": "Running"})"), pod(crashing)});
  EXPECT_EQ(health.state, State::kFailing) << "the worst pod decides";
  EXPECT_THAT(health.message, AllOf(HasSubstr("container server of pod it-0"),
                                    HasSubstr("it last ended with OOMKilled, exit code 137")));
}

TEST(HealthTest, AnImageThatCannotBePulledIsFailing) {
  const Health health = of_set(kNoneReady, {pod(R"({"containerStatuses": [{"name": "server",
      "state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}}]})")});
  EXPECT_EQ(health.state, State::kFailing);
  EXPECT_THAT(health.message, HasSubstr("ImagePullBackOff (not found)"));
}

TEST(HealthTest, AForeignMessageIsCutBetweenCharacters) {
  std::string message(299, 'x');
  message += "\xC3\xA4 and more";  // a two-byte character across the limit
  Json status = Json::object();
  status["conditions"][0] = {{"type", "PodScheduled"}, {"status", "False"}, {"message", message}};
  const Health health = of_set(kNoneReady, {pod(status.dump().c_str(), "")});
  EXPECT_NO_THROW((void)Json(health.message).dump());
  EXPECT_THAT(health.message, testing::EndsWith("xxx..."));
}

TEST(HealthTest, PodsThatAQuotaRefusesAreSaid) {
  const Health health = deployment_health(workload("Deployment", R"({"observedGeneration": 2,
      "conditions": [{"type": "ReplicaFailure", "status": "True",
                      "message": "exceeded quota: argus-data-quota"}]})"),
                                          {});
  EXPECT_EQ(health.state, State::kFailing);
  EXPECT_THAT(health.message, HasSubstr("its pods are rejected: exceeded quota"));
}

// A missing image: with maxSurge the old pod is available and the new one is "updated".
TEST(HealthTest, ADeploymentWhoseNewPodsDoNotStartIsNotReady) {
  const Json live = workload("Deployment", R"({"observedGeneration": 2, "replicas": 3,
      "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2})");
  const auto running = pod(R"({"phase": "Running", "conditions": [
      {"type": "Ready", "status": "True"}]})");
  const auto stuck = pod(R"({"containerStatuses": [{"name": "worker",
      "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such tag"}}}]})");
  const Health health = deployment_health(live, {running, running, stuck});
  EXPECT_EQ(health.state, State::kFailing);
  EXPECT_THAT(health.message, AllOf(HasSubstr("old pods still to be replaced: 1"),
                                    HasSubstr("ImagePullBackOff (no such tag)")));
}

TEST(HealthTest, ADeploymentIsReadyOnlyWhenEveryNewPodIsAvailable) {
  const auto state = [](const char* status) {
    return deployment_health(workload("Deployment", status), {}).state;
  };
  EXPECT_EQ(state(R"({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2,
      "availableReplicas": 2})"),
            State::kReady);
  EXPECT_EQ(state(R"({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3,
      "availableReplicas": 2})"),
            State::kWaiting);
  EXPECT_EQ(state(R"({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1,
      "availableReplicas": 2})"),
            State::kWaiting);
}

TEST(HealthTest, ARolloutBeyondItsDeadlineIsFailing) {
  const Health health = deployment_health(workload("Deployment", R"({"observedGeneration": 2,
      "replicas": 3, "updatedReplicas": 1, "availableReplicas": 2, "conditions": [
      {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
       "message": "ReplicaSet \"it-5d\" has timed out progressing."}]})"),
                                          {});
  EXPECT_EQ(health.state, State::kFailing);
  EXPECT_THAT(health.message, HasSubstr("no progress within its deadline"));
}

TEST(HealthTest, ASetWhoseNewPodDoesNotStartNamesItsCause) {
  const Health health = of_set(R"({"observedGeneration": 2, "replicas": 3, "readyReplicas": 2,
      "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"})",
                               {pod(R"({"containerStatuses": [{"name": "server",
      "state": {"waiting": {"reason": "ErrImagePull"}}}]})")});
  EXPECT_EQ(health.state, State::kFailing);
  EXPECT_THAT(health.message, HasSubstr("ErrImagePull"));
}

TEST(HealthTest, PodsAboveTheNumberAskedForAreNotReady) {
  const Health health = of_set(R"({"observedGeneration": 2, "replicas": 3, "readyReplicas": 3,
      "updatedReplicas": 3})");
  EXPECT_EQ(health.state, State::kWaiting);
  EXPECT_THAT(health.message, HasSubstr("3 pods, 2 asked for"));
}

TEST(HealthTest, FlinkIsWhatItsOperatorSays) {
  const auto state = [](const char* status) {
    return flink_health(workload("FlinkDeployment", status)).state;
  };
  EXPECT_EQ(state("{}"), State::kWaiting);
  EXPECT_EQ(state(R"({"jobManagerDeploymentStatus": "DEPLOYING"})"), State::kWaiting);
  EXPECT_EQ(state(R"({"jobManagerDeploymentStatus": "READY"})"), State::kReady);
  EXPECT_EQ(state(R"({"jobManagerDeploymentStatus": "ERROR"})"), State::kFailing);
  EXPECT_EQ(state(R"({"jobManagerDeploymentStatus": "READY", "error": "no"})"), State::kFailing);
}

TEST(HealthTest, AnImagesVersionIsItsTagOrDigest) {
  EXPECT_EQ(image_version("redpanda:v24.2.7"), "v24.2.7");
  EXPECT_EQ(image_version("registry:5000/valkey"), "latest");
  EXPECT_EQ(image_version("registry:5000/valkey:8"), "8");
  EXPECT_EQ(image_version("valkey:8@sha256:abc"), "sha256:abc");
}

}  // namespace
}  // namespace argus::adl
