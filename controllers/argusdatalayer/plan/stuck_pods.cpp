#include "argusdatalayer/plan/stuck_pods.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace argus::adl {
namespace {

constexpr const char* kRevisionLabel = "controller-revision-hash";

// Reasons of a waiting container that another template may mend and time does not.
constexpr std::array<std::string_view, 7> kCannotStart = {
    "CrashLoopBackOff",     "ImagePullBackOff",           "ErrImagePull",     "InvalidImageName",
    "CreateContainerError", "CreateContainerConfigError", "ErrImageNeverPull"};

Json condition_of(const Json& pod, std::string_view type) {
  const Json status = pod.value("status", Json::object());
  for (const Json& condition : status.value("conditions", Json::array())) {
    if (condition.value("type", "") == type) return condition;
  }
  return Json::object();
}

bool is_ready(const Json& pod) { return condition_of(pod, "Ready").value("status", "") == "True"; }

std::string revision_of(const Json& pod) {
  return pod.at("metadata").value("labels", Json::object()).value(kRevisionLabel, "");
}

// Ordinals have no leading zeros: the longer name is the higher one.
bool higher(const kube::SharedObject& one, const kube::SharedObject& other) {
  const std::string a = kube::key_of(*one).name;
  const std::string b = kube::key_of(*other).name;
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

// Why it does not get ready by waiting; empty when it may.
std::string hopeless(const Json& pod) {
  if (condition_of(pod, "PodScheduled").value("status", "") == "False") {
    return "it cannot be scheduled";
  }
  const Json status = pod.value("status", Json::object());
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& container : status.value(list, Json::array())) {
      const Json state = container.value("state", Json::object());
      const std::string reason = state.value("waiting", Json::object()).value("reason", "");
      if (std::find(kCannotStart.begin(), kCannotStart.end(), reason) != kCannotStart.end()) {
        return reason;
      }
    }
  }
  return {};
}

// Since when it has not been ready; its creation when nobody has looked yet.
std::optional<base::Clock::Wall> unready_since(const Json& pod) {
  std::string time = condition_of(pod, "Ready").value("lastTransitionTime", "");
  if (time.empty()) time = pod.at("metadata").value("creationTimestamp", "");
  return base::from_rfc3339(time);
}

bool settled(const Json& stateful_set) {
  const Json status = stateful_set.value("status", Json::object());
  return status.value("observedGeneration", std::int64_t{0}) >= kube::generation_of(stateful_set) &&
         !status.value("updateRevision", "").empty();
}

}  // namespace

StuckPod stuck_pod(const Json& stateful_set, const std::vector<kube::SharedObject>& pods,
                   base::Clock::Wall now) {
  if (!settled(stateful_set)) return {};
  const std::string present = stateful_set.at("status").at("updateRevision").get<std::string>();
  std::vector<kube::SharedObject> superseded;
  for (const kube::SharedObject& pod : pods) {
    if (kube::is_being_deleted(*pod)) return {};
    const std::string revision = revision_of(*pod);
    if (!revision.empty() && revision != present && !is_ready(*pod)) superseded.push_back(pod);
  }
  std::sort(superseded.begin(), superseded.end(), higher);
  StuckPod result;
  for (const kube::SharedObject& pod : superseded) {
    std::string cause = hopeless(*pod);
    if (cause.empty()) {
      const std::optional<base::Clock::Wall> since = unready_since(*pod);
      if (!since || now - *since < kStuckAfter) {
        result.look_again = true;
        continue;
      }
      cause = "it does not get ready";
    }
    result.pod = pod;
    result.because = "made from an earlier template, and " + cause;
    return result;
  }
  return result;
}

}  // namespace argus::adl
