#include "argusdatalayer/report/refused_pods.h"

#include <cstdint>

#include "kube_object/object.h"

namespace argus::adl {
namespace {

// When an Event was seen last. An Event of a series has no lastTimestamp; RFC 3339 in UTC sorts as
// text.
std::string last_seen(const Json& event) {
  const auto text = [](const Json& object, const char* field) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto series = event.find("series");
  if (series != event.end() && series->is_object()) {
    if (std::string time = text(*series, "lastObservedTime"); !time.empty()) return time;
  }
  for (const char* field : {"lastTimestamp", "eventTime", "firstTimestamp"}) {
    if (std::string time = text(event, field); !time.empty()) return time;
  }
  return event.contains("metadata") ? text(event.at("metadata"), "creationTimestamp") : "";
}

// "create Pod x-0 in StatefulSet x failed error: pods "x-0" is forbidden: exceeded quota" begins
// with what everybody knows by then.
std::string cause_in(const std::string& message) {
  constexpr std::string_view kBeforeCause = "failed error: ";
  const std::size_t found = message.find(kBeforeCause);
  return found == std::string::npos ? message : message.substr(found + kBeforeCause.size());
}

}  // namespace

bool lacks_pods(const Json& stateful_set) {
  const Json status = stateful_set.value("status", Json::object());
  if (status.value("observedGeneration", std::int64_t{0}) < kube::generation_of(stateful_set)) {
    return false;
  }
  return status.value("replicas", 0) <
         stateful_set.value("spec", Json::object()).value("replicas", 1);
}

std::optional<std::string> refusal_of_pods(const std::vector<Json>& events) {
  const Json* newest = nullptr;
  for (const Json& event : events) {
    const std::string reason = event.value("reason", "");
    if (reason != "FailedCreate" && reason != "SuccessfulCreate") continue;
    if (newest == nullptr || last_seen(event) > last_seen(*newest)) newest = &event;
  }
  if (newest == nullptr || newest->value("reason", "") != "FailedCreate") return std::nullopt;
  return cause_in(newest->value("message", ""));
}

}  // namespace argus::adl
