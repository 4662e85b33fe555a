#include "node_policies/pod.h"

#include <gtest/gtest.h>

namespace argus::node {
namespace {

using kube::Json;

Json pod() {
  return Json::parse(R"({
    "metadata": {"namespace": "data", "name": "redpanda-0", "labels": {"app": "redpanda"}},
    "spec": {"nodeName": "node", "containers": [
      {"name": "a", "ports": [{"name": "kafka", "containerPort": 9092},
                              {"containerPort": 1}]},
      {"name": "b", "ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]}]},
    "status": {"phase": "Running", "podIP": "10.244.0.5", "podIPs": [{"ip": "10.244.0.5"}],
               "startTime": "2026-01-01T00:00:00Z"}})");
}

TEST(PodTest, ReadsAddressLabelsAndNamedPorts) {
  const auto read = read_pod(pod());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key, (kube::ObjectKey{"data", "redpanda-0"}));
  EXPECT_EQ(read->address, parse_address("10.244.0.5"));
  EXPECT_EQ(read->labels, (Labels{{"app", "redpanda"}}));
  ASSERT_EQ(read->ports.size(), 2U);
  EXPECT_EQ(read->ports[0].name, "kafka");
  EXPECT_EQ(read->ports[0].number, 9092);
  EXPECT_EQ(read->ports[1].protocol, Protocol::kUdp);
}

TEST(PodTest, PassesOverWhatPoliciesDoNotApplyTo) {
  for (const char* phase : {"Succeeded", "Failed"}) {
    Json finished = pod();
    finished["status"]["phase"] = phase;
    EXPECT_FALSE(read_pod(finished)) << phase;
  }
  Json on_host = pod();
  on_host["spec"]["hostNetwork"] = true;
  EXPECT_FALSE(read_pod(on_host));
  Json unscheduled = pod();
  unscheduled["spec"].erase("nodeName");
  EXPECT_FALSE(read_pod(unscheduled));
}

TEST(PodTest, OneThatStartsHasNoAddressYet) {
  Json starting = pod();
  starting["status"] = {{"phase", "Pending"}};
  const auto read = read_pod(starting);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->address, std::nullopt);
}

TEST(PodTest, TakesTheIpv4AddressOfSeveral) {
  Json dual = pod();
  dual["status"]["podIP"] = "fd00::5";
  dual["status"]["podIPs"] = Json::array({{{"ip", "fd00::5"}}, {{"ip", "10.244.0.6"}}});
  EXPECT_EQ(read_pod(dual)->address, parse_address("10.244.0.6"));
}

TEST(PodTest, OfInitContainersOnlySidecarsHaveNamedPorts) {
  Json with_init = pod();
  with_init["spec"]["containers"] = Json::array();
  with_init["spec"]["initContainers"] = Json::parse(R"([
    {"name": "once", "ports": [{"name": "once", "containerPort": 1}]},
    {"name": "proxy", "restartPolicy": "Always", "ports": [{"name": "proxy", "containerPort": 2}]}])");
  const auto read = read_pod(with_init);
  ASSERT_EQ(read->ports.size(), 1U);
  EXPECT_EQ(read->ports[0].name, "proxy");
}

TEST(PodTest, AnAddressBelongsToTheLatestPodThatIsNotLeaving) {
  const auto named = [](const char* name, const char* started, bool leaving) {
    Pod one;
    one.key = {"data", name};
    one.address = 5;
    one.started = started;
    one.leaving = leaving;
    return one;
  };
  const Pod early = named("early", "2026-01-01T00:00:00Z", false);
  const Pod late = named("late", "2026-01-02T00:00:00Z", false);
  const Pod leaving = named("leaving", "2026-01-03T00:00:00Z", true);
  Pod waiting = named("waiting", "", false);
  waiting.address.reset();
  const auto kept = one_pod_an_address({leaving, late, waiting, early});
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].key.name, "late");
  EXPECT_EQ(kept[1].key.name, "waiting");
}

}  // namespace
}  // namespace argus::node
