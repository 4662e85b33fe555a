#include "argusdatalayer/render/autoscaling/scaling.h"

#include "argusdatalayer/model/json.h"

namespace argus::adl {
namespace {

Json policy(std::string_view type, int value, int period_seconds) {
  Json result = Json::object();
  result["type"] = type;
  result["value"] = value;
  result["periodSeconds"] = period_seconds;
  return result;
}

}  // namespace

Json scaling_behavior(const Autoscaling& autoscaling) {
  Json behavior = Json::object();
  Json& up = behavior["scaleUp"];
  up["stabilizationWindowSeconds"] = autoscaling.scale_up_stabilization.count();
  up["policies"] = Json::array({policy("Percent", 100, 15), policy("Pods", 2, 60)});
  up["selectPolicy"] = "Max";
  Json& down = behavior["scaleDown"];
  down["stabilizationWindowSeconds"] = autoscaling.scale_down_stabilization.count();
  down["policies"] = Json::array({policy("Percent", 25, 60)});
  down["selectPolicy"] = "Min";
  return behavior;
}

}  // namespace argus::adl
