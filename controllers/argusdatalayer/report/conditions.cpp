#include "argusdatalayer/report/conditions.h"

#include "argusdatalayer/model/json.h"
#include "base/utf8.h"

namespace argus::adl {
namespace {

// The schema allows 32768; what is longer than this nobody reads.
constexpr std::size_t kMessageMax = 4096;

std::string_view word(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return "True";
    case Truth::kFalse:
      return "False";
    case Truth::kUnknown:
      break;
  }
  return "Unknown";
}

}  // namespace

Conditions::Conditions(const Json& previous, std::int64_t generation, base::Clock::Wall now)
    : previous_(previous.is_object() ? previous.value("conditions", Json::array()) : Json::array()),
      generation_(generation),
      now_(base::to_rfc3339(now)) {}

void Conditions::set(std::string_view type, Truth truth, std::string_view reason,
                     const std::string& message) {
  Json condition = Json::object();
  condition["type"] = type;
  condition["status"] = word(truth);
  condition["reason"] = reason;
  condition["message"] = base::shortened(message, kMessageMax);
  condition["observedGeneration"] = generation_;
  condition["lastTransitionTime"] = now_;
  for (const Json& before : previous_) {
    if (before.value("type", "") == type && before.value("status", "") == word(truth)) {
      condition["lastTransitionTime"] = before.value("lastTransitionTime", now_);
    }
  }
  conditions_.push_back(std::move(condition));
}

}  // namespace argus::adl
