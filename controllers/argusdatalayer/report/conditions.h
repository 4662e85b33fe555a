// Conditions in the form of metav1.Condition, with their times kept.
//
// Threads: not synchronized; values.
#pragma once

#include <string>
#include <string_view>

#include "argusdatalayer/model/json.h"
#include "base/clock.h"

namespace argus::adl {

enum class Truth { kTrue, kFalse, kUnknown };

class Conditions {
 public:
  // `previous`: the status as it is, for the times of conditions that do not change.
  Conditions(const Json& previous, std::int64_t generation, base::Clock::Wall now);

  // `reason`: UpperCamelCase. A message that is longer than the schema allows is cut.
  void set(std::string_view type, Truth truth, std::string_view reason, const std::string& message);

  [[nodiscard]] Json take() { return std::move(conditions_); }

 private:
  const Json previous_;
  const std::int64_t generation_;
  const std::string now_;
  Json conditions_ = Json::array();
};

}  // namespace argus::adl
