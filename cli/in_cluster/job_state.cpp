#include "cli/in_cluster/job_state.h"

#include <algorithm>
#include <array>

#include "cli/in_cluster/job_manifest.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

using json = nlohmann::json;
using Phase = JobState::Phase;

struct Hopeless {
  std::string_view reason;
  const char* advice;
};
// Reasons of a waiting container that no waiting mends. ErrImagePull is tried again once, and is
// ImagePullBackOff then.
constexpr std::array<Hopeless, 6> kHopeless = {
    {{"ImagePullBackOff", "name an image that the cluster can pull with --image"},
     {"InvalidImageName", "write a valid image with --image"},
     {"ErrImageNeverPull", "load the image to the node, or name another with --image"},
     {"CreateContainerConfigError", "check that the data layer's Secrets are there"},
     {"CreateContainerError", "check the image"},
     {"RunContainerError", "check that the image holds argusctl"}}};

// "reason: message", as far as they are there.
std::string reason_text(const json& object) {
  const std::string reason = printable(object.value("reason", ""));
  const std::string message = printable(object.value("message", ""));
  if (reason.empty() || message.empty()) return reason + message;
  return reason + ": " + message;
}

JobState without_pod(const json& events) {
  JobState state{Phase::kNoPod, "", "its pod"};
  for (const json& event : events.value("items", json::array())) {
    const std::string reason = event.value("reason", "");
    if (reason == "DeadlineExceeded") {  // then its pod was taken away
      return {Phase::kEnded, "", reason_text(event)};
    }
    if (reason != "FailedCreate") continue;
    state.phase = Phase::kCannotStart;
    state.text = "The pod was refused: " + printable(event.value("message", "")) +
                 ". If that is the quota or the limit range: change spec.guardrails of the data "
                 "layer.";
  }
  return state;
}

void read_waiting(const json& waiting, JobState& state) {
  state.text = reason_text(waiting);
  const std::string reason = waiting.value("reason", "");
  const auto* found = std::find_if(kHopeless.begin(), kHopeless.end(),
                                   [&](const Hopeless& each) { return each.reason == reason; });
  if (found == kHopeless.end()) return;
  state.phase = Phase::kCannotStart;
  state.text =
      "The pod " + state.pod + " cannot start (" + state.text + "): " + found->advice + ".";
}

void read_container(const json& status, JobState& state) {
  const json now = status.value("state", json::object());
  if (now.contains("running")) {
    state.phase = Phase::kRunning;
    state.text.clear();
  } else if (now.contains("terminated")) {
    state.phase = Phase::kEnded;
    const json& end = now.at("terminated");
    const std::string why = reason_text(end);
    state.text =
        (why.empty() ? "" : why + ", ") + "exit code " + std::to_string(end.value("exitCode", 0));
  } else if (now.contains("waiting")) {
    read_waiting(now.at("waiting"), state);
  }
}

}  // namespace

JobState job_state(const json& pods, const json& events) {
  const json items = pods.value("items", json::array());
  if (items.empty()) return without_pod(events);
  const json& pod = items.front();
  JobState state{Phase::kStarting, pod.at("metadata").value("name", ""), ""};
  const json status = pod.value("status", json::object());
  for (const json& condition : status.value("conditions", json::array())) {
    if (condition.value("type", "") == "PodScheduled" && condition.value("status", "") == "False") {
      state.text = "no node for the pod: " + printable(condition.value("message", ""));
    }
  }
  for (const json& container : status.value("containerStatuses", json::array())) {
    if (container.value("name", "") == kJobContainer) read_container(container, state);
  }
  // Evicted, or past its deadline: then the pod says why.
  if (status.value("phase", "") == "Failed" && status.contains("reason")) {
    state.phase = Phase::kEnded;
    state.text = reason_text(status);
  }
  return state;
}

}  // namespace argus::cli
