#include "argusdatalayer/report/health.h"

#include <algorithm>
#include <array>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "base/utf8.h"

namespace argus::adl {
namespace {

// Messages of others are cut: a status is for reading.
constexpr std::size_t kForeignMessageMax = 300;

// Reasons of a waiting container that do not pass by themselves.
constexpr std::array<std::string_view, 7> kFailingReasons = {
    "CrashLoopBackOff",     "ImagePullBackOff",           "ErrImagePull",     "InvalidImageName",
    "CreateContainerError", "CreateContainerConfigError", "ErrImageNeverPull"};

std::string foreign(const std::string& message) {
  if (message.size() <= kForeignMessageMax) return message;
  return base::shortened(message, kForeignMessageMax) + "...";
}

int number(const Json& object, const char* section, const char* field, int otherwise = 0) {
  const auto found = object.find(section);
  return found != object.end() && found->is_object() ? found->value(field, otherwise) : otherwise;
}

struct Trouble {
  bool failing;
  std::string message;
};

std::optional<Trouble> container_trouble(const std::string& pod, const Json& status) {
  const std::string name = status.value("name", "");
  const Json state = status.value("state", Json::object());
  const Json last = status.value("lastState", Json::object());
  if (state.contains("waiting")) {
    const Json& waiting = state.at("waiting");
    const std::string reason = waiting.value("reason", "Waiting");
    if (reason == "ContainerCreating" || reason == "PodInitializing") return std::nullopt;
    std::string message = "container " + name + " of pod " + pod + " is waiting: " + reason;
    const std::string details = waiting.value("message", "");
    if (!details.empty()) message += " (" + foreign(details) + ")";
    if (last.contains("terminated")) {
      const Json& terminated = last.at("terminated");
      message += "; it last ended with " + terminated.value("reason", std::string("an error")) +
                 ", exit code " + std::to_string(terminated.value("exitCode", 0));
    }
    const bool failing =
        std::find(kFailingReasons.begin(), kFailingReasons.end(), reason) != kFailingReasons.end();
    return Trouble{failing, std::move(message)};
  }
  return std::nullopt;
}

// What keeps a pod from being ready; std::nullopt when it is, or is about to be.
std::optional<Trouble> pod_trouble(const Json& pod) {
  const std::string name = kube::key_of(pod).name;
  const Json status = pod.value("status", Json::object());
  for (const Json& condition : status.value("conditions", Json::array())) {
    const std::string type = condition.value("type", "");
    if (type == "Ready" && condition.value("status", "") == "True") return std::nullopt;
    if (type == "PodScheduled" && condition.value("status", "") == "False") {
      // A node may still be added; but somebody must do that, or ask for less.
      return Trouble{true, "pod " + name + " cannot be scheduled: " +
                               foreign(condition.value("message", "no node fits"))};
    }
  }
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& container : status.value(list, Json::array())) {
      if (auto trouble = container_trouble(name, container)) return trouble;
    }
  }
  if (!status.value("reason", "").empty()) {
    return Trouble{true, "pod " + name + ": " + status.at("reason").get<std::string>() + ", " +
                             foreign(status.value("message", ""))};
  }
  const Json spec = pod.value("spec", Json::object());
  if (spec.value("nodeName", "").empty()) {
    return Trouble{false, "no pod has been scheduled yet"};
  }
  if (status.value("phase", "") == "Running") {
    return Trouble{false, "pod " + name + " runs and is not ready yet"};
  }
  return Trouble{false, "pod " + name + " is starting on node " + spec.value("nodeName", "")};
}

// What to say about a workload whose pods are not all ready: the worst of them decides.
Health waiting_for_pods(const Json& live, int ready, int desired,
                        const std::vector<kube::SharedObject>& pods) {
  Health health{Health::State::kWaiting, ready, desired, {}};
  health.message = describe(live) + ": " + std::to_string(ready) + " of " +
                   std::to_string(desired) + " pods ready";
  std::optional<Trouble> worst;
  for (const kube::SharedObject& pod : pods) {
    if (kube::is_being_deleted(*pod)) continue;
    std::optional<Trouble> trouble = pod_trouble(*pod);
    if (trouble && (!worst || (trouble->failing && !worst->failing))) worst = std::move(trouble);
  }
  if (worst) {
    health.message += "; " + worst->message;
    if (worst->failing) health.state = Health::State::kFailing;
  } else if (pods.empty()) {
    health.message += "; no pod has been created yet";
  }
  return health;
}

// How many pods of the newest template there are, and what keeps them from being ready: the old
// pods of a rollout that is stuck go on serving, and say nothing about it.
Health rolling_out(const Json& live, int ready, int desired, const std::string& progress,
                   const std::vector<kube::SharedObject>& pods) {
  Health health{Health::State::kWaiting, ready, desired, describe(live) + ": " + progress};
  for (const kube::SharedObject& pod : pods) {
    if (kube::is_being_deleted(*pod)) continue;
    const std::optional<Trouble> trouble = pod_trouble(*pod);
    if (!trouble || !trouble->failing) continue;
    health.state = Health::State::kFailing;
    health.message += "; " + trouble->message;
    return health;
  }
  return health;
}

// The condition of that type; an empty object when the workload has none.
Json condition_of(const Json& live, std::string_view type) {
  for (const Json& condition : live.at("status").value("conditions", Json::array())) {
    if (condition.value("type", "") == type) return condition;
  }
  return Json::object();
}

std::string of_them(int some, int all, const char* what) {
  return std::to_string(some) + " of " + std::to_string(all) + " pods " + what;
}

bool observed(const Json& live) {
  const auto status = live.find("status");
  return status != live.end() &&
         status->value("observedGeneration", std::int64_t{0}) >= kube::generation_of(live);
}

Health unobserved(const Json& live, int desired) {
  return {Health::State::kWaiting, number(live, "status", "readyReplicas"), desired,
          describe(live) + ": the controller manager has not observed the latest change yet"};
}

}  // namespace

// As kubectl rollout status decides. Source:
// https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
Health stateful_set_health(const Json& live, const std::vector<kube::SharedObject>& pods,
                           const std::optional<std::string>& refusal) {
  const int desired = number(live, "spec", "replicas", 1);
  if (!observed(live)) return unobserved(live, desired);
  const int ready = number(live, "status", "readyReplicas");
  if (refusal) {
    return {Health::State::kFailing, ready, desired,
            describe(live) + ": its pods are rejected: " + foreign(*refusal)};
  }
  if (ready < desired) return waiting_for_pods(live, ready, desired, pods);
  const int updated = number(live, "status", "updatedReplicas");
  const Json& status = live.at("status");
  if (updated < desired &&
      status.value("currentRevision", "") != status.value("updateRevision", "")) {
    return rolling_out(live, ready, desired, of_them(updated, desired, "are up to date"), pods);
  }
  if (const int present = number(live, "status", "replicas"); present > desired) {
    return rolling_out(live, ready, desired,
                       std::to_string(present) + " pods, " + std::to_string(desired) +
                           " asked for: the rest is leaving",
                       pods);
  }
  return {Health::State::kReady, ready, desired, {}};
}

Health deployment_health(const Json& live, const std::vector<kube::SharedObject>& pods) {
  const int desired = number(live, "spec", "replicas", 1);
  if (!observed(live)) return unobserved(live, desired);
  const int available = number(live, "status", "availableReplicas");
  const Json refused = condition_of(live, "ReplicaFailure");
  if (refused.value("status", "") == "True") {
    return {Health::State::kFailing, available, desired,
            describe(live) + ": its pods are rejected: " + foreign(refused.value("message", ""))};
  }
  const int updated = number(live, "status", "updatedReplicas");
  const int present = number(live, "status", "replicas");
  Health health{Health::State::kReady, available, desired, {}};
  if (available < desired) {
    health = waiting_for_pods(live, available, desired, pods);
  } else if (updated < desired) {
    health =
        rolling_out(live, available, desired, of_them(updated, desired, "are up to date"), pods);
  } else if (present > updated) {
    health =
        rolling_out(live, available, desired,
                    "old pods still to be replaced: " + std::to_string(present - updated), pods);
  } else if (available < updated) {
    health =
        rolling_out(live, available, desired, of_them(available, updated, "are available"), pods);
  }
  const Json progressing = condition_of(live, "Progressing");
  if (health.state == Health::State::kWaiting &&
      progressing.value("reason", "") == "ProgressDeadlineExceeded") {
    health.state = Health::State::kFailing;
    health.message += "; no progress within its deadline: " +
                      foreign(progressing.value("message", "no cause given"));
  }
  return health;
}

Health flink_health(const Json& live) {
  const Json spec = live.value("spec", Json::object());
  const int desired =
      number(spec, "jobManager", "replicas", 1) + number(spec, "taskManager", "replicas", 0);
  const auto status = live.find("status");
  if (status == live.end() || !status->contains("jobManagerDeploymentStatus")) {
    return {Health::State::kWaiting, 0, desired,
            describe(live) +
                ": the Flink Kubernetes operator has not reported on it yet; is it running?"};
  }
  const std::string error = status->value("error", "");
  if (!error.empty()) {
    return {Health::State::kFailing, 0, desired, describe(live) + ": " + foreign(error)};
  }
  const std::string deployed = status->value("jobManagerDeploymentStatus", "");
  if (deployed != "READY") {
    return {deployed == "ERROR" ? Health::State::kFailing : Health::State::kWaiting, 0, desired,
            describe(live) + ": its JobManager is " + deployed};
  }
  return {Health::State::kReady, desired, desired, {}};
}

std::string image_version(const std::string& image) {
  const std::size_t digest = image.find('@');
  if (digest != std::string::npos) return image.substr(digest + 1);
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.rfind(':');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) return "latest";
  return image.substr(colon + 1);
}

}  // namespace argus::adl
