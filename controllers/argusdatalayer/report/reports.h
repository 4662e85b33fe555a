// How each part of a data layer is: one report a part, from what was observed and what writing met.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "argusdatalayer/model/components.h"
#include "argusdatalayer/report/conditions.h"
#include "argusdatalayer/report/health.h"
#include "argusdatalayer/report/status_input.h"

namespace argus::adl {

struct Report {
  Component component;
  Truth truth = Truth::kUnknown;
  std::string reason;     // UpperCamelCase
  std::string message;    // what is the matter and what to do
  bool gates = true;      // whether the data layer is not ready without it
  bool degraded = false;  // somebody must do something
};

// A workload that is asked for, and how it is.
struct Workload {
  Component component;
  std::string kind, name;
  Health health;
  std::string version;
};

[[nodiscard]] std::vector<Workload> workloads(const StatusInput& input);

// In the order of kComponents; a part that the spec does not ask for has none.
[[nodiscard]] std::vector<Report> reports(const StatusInput& input,
                                          const std::vector<Workload>& workloads);

}  // namespace argus::adl
