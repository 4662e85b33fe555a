#include "argusdatalayer/report/change_events.h"

#include <algorithm>
#include <utility>

#include "argusdatalayer/plan/plan.h"
#include "kube_object/event_type.h"

namespace argus::adl {
namespace {

using Action = Write::Action;

std::string_view reason_of(const WriteOutcome& outcome) {
  if (outcome.name_taken) return "NameTaken";
  if (outcome.error) return "ApplyFailed";
  switch (outcome.action) {
    case Action::kCreate:
    case Action::kCreateOnly:
      return "Created";
    case Action::kUpdate:
      return "Updated";
    case Action::kRecreate:
      return "Recreated";
    case Action::kResizeClaim:
      return "Resized";
    case Action::kDeletePod:
      return "PodReplaced";
    case Action::kDiscardClaim:
    case Action::kDelete:
      return "Deleted";
    case Action::kTakeOver:
    case Action::kHandOver:
    case Action::kRelease:
      return "HandedOver";
    case Action::kLift:
      return "Scaled";
    case Action::kGiveReplicas:
      break;
  }
  return {};
}

std::string told(const WriteOutcome& outcome) {
  std::string text = outcome.object;
  if (outcome.name_taken) return *outcome.error;
  if (outcome.error) return text + ": " + *outcome.error;
  for (std::size_t i = 0; i < outcome.because.size(); ++i) {
    text += (i == 0 ? " (" : ", ") + outcome.because[i];
  }
  return outcome.because.empty() ? text : text + ")";
}

}  // namespace

std::vector<ChangeEvent> change_events(const std::vector<WriteOutcome>& outcomes) {
  std::vector<ChangeEvent> events;
  std::vector<std::pair<Component, std::string_view>> groups;
  for (const WriteOutcome& outcome : outcomes) {
    const std::string_view reason = reason_of(outcome);
    if (reason.empty()) continue;
    const std::pair group(outcome.component, reason);
    const auto found = std::find(groups.begin(), groups.end(), group);
    if (found != groups.end()) {
      events[static_cast<std::size_t>(found - groups.begin())].message += ", " + told(outcome);
      continue;
    }
    groups.push_back(group);
    events.push_back({outcome.error ? kube::EventType::kWarning : kube::EventType::kNormal, reason,
                      std::string(title(outcome.component)) + ": " + told(outcome)});
  }
  return events;
}

}  // namespace argus::adl
