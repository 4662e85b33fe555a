// The components of a data layer: what reports on its own, each in a condition.
//
// Threads: pure functions and constants.
#pragma once

#include <string_view>

#include "argusdatalayer/model/json.h"

namespace argus::adl {

enum class Component {
  kGuardrails,
  kSecrets,
  kNetworkPolicy,
  kRedpanda,
  kFalkordb,
  kValkey,
  kWorker,
  kAutoscaling,
  kFlink,
  kMonitoring,
};
inline constexpr Component kComponents[] = {
    Component::kGuardrails, Component::kSecrets,     Component::kNetworkPolicy,
    Component::kRedpanda,   Component::kFalkordb,    Component::kValkey,
    Component::kWorker,     Component::kAutoscaling, Component::kFlink,
    Component::kMonitoring,
};

// For people: "FalkorDB".
[[nodiscard]] std::string_view title(Component component);
// The condition that it reports into: "FalkorDBReady".
[[nodiscard]] std::string_view condition_type(Component component);
// Which component an object that we render belongs to.
[[nodiscard]] Component component_of(const Json& object);

}  // namespace argus::adl
