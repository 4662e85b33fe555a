#include <gtest/gtest.h>

#include "argusdatalayer/plan/stuck_pods.h"

namespace argus::adl {
namespace {

using namespace std::chrono_literals;

const base::Clock::Wall kNow = *base::from_rfc3339("2026-11-26T10:00:00Z");

Json set(const char* revision = "new") {
  Json object = Json::object();
  object["kind"] = "StatefulSet";
  object["metadata"] = {{"name", "it"}, {"generation", 3}};
  object["status"] = {{"observedGeneration", 3}, {"updateRevision", revision}};
  return object;
}

Json pod(const std::string& name, const std::string& revision, const char* status) {
  Json object = Json::object();
  object["kind"] = "Pod";
  object["metadata"]["name"] = name;
  object["metadata"]["creationTimestamp"] = "2026-11-26T09:00:00Z";
  object["metadata"]["labels"]["controller-revision-hash"] = revision;
  object["status"] = Json::parse(status);
  return object;
}

constexpr const char* kReady = R"({"conditions": [{"type": "Ready", "status": "True"}]})";
constexpr const char* kNoImage = R"({"containerStatuses": [{"name": "server",
    "state": {"waiting": {"reason": "ImagePullBackOff"}}}]})";
constexpr const char* kNoNode = R"({"conditions": [{"type": "PodScheduled", "status": "False"}]})";

std::string chosen(const std::vector<Json>& pods, const Json& stateful_set = set()) {
  std::vector<kube::SharedObject> shared;
  for (const Json& one : pods) shared.push_back(std::make_shared<const Json>(one));
  const StuckPod stuck = stuck_pod(stateful_set, shared, kNow);
  return stuck.pod ? kube::key_of(*stuck.pod).name : "";
}

TEST(StuckPodTest, APodOfAnEarlierTemplateThatCannotStartIsReplaced) {
  EXPECT_EQ(chosen({pod("it-0", "old", kNoImage)}), "it-0");
  EXPECT_EQ(chosen({pod("it-0", "old", kNoNode)}), "it-0");
}

TEST(StuckPodTest, NeitherAReadyPodNorOneOfThePresentTemplateIs) {
  EXPECT_EQ(chosen({pod("it-0", "old", kReady)}), "");
  EXPECT_EQ(chosen({pod("it-0", "new", kNoImage)}), "");
}

TEST(StuckPodTest, OneAtATimeFromTheHighestOrdinal) {
  std::vector<Json> pods = {pod("it-2", "old", kNoImage), pod("it-10", "old", kNoImage),
                            pod("it-0", "old", kReady)};
  EXPECT_EQ(chosen(pods), "it-10");
  pods[1]["metadata"]["deletionTimestamp"] = "2026-11-26T10:00:00Z";
  EXPECT_EQ(chosen(pods), "") << "one is going already";
}

TEST(StuckPodTest, WhatOnlyStartsSlowlyIsGivenTime) {
  Json starting = pod("it-0", "old", R"({"phase": "Running", "conditions": [
      {"type": "Ready", "status": "False", "lastTransitionTime": "2026-11-26T09:59:50Z"}]})");
  const StuckPod early = stuck_pod(set(), {std::make_shared<const Json>(starting)}, kNow);
  EXPECT_FALSE(early.pod);
  EXPECT_TRUE(early.look_again);
  const StuckPod late =
      stuck_pod(set(), {std::make_shared<const Json>(starting)}, kNow + kStuckAfter);
  EXPECT_TRUE(late.pod);
}

TEST(StuckPodTest, WhileTheSetIsNotObservedNothingIsKnown) {
  Json unobserved = set();
  unobserved["metadata"]["generation"] = 4;
  EXPECT_EQ(chosen({pod("it-0", "old", kNoImage)}, unobserved), "");
}

}  // namespace
}  // namespace argus::adl
