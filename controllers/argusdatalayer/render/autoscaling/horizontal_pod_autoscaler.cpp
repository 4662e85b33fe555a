#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/autoscaling/autoscaler.h"
#include "argusdatalayer/render/autoscaling/objects.h"
#include "argusdatalayer/render/autoscaling/scaling.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {
namespace {

Json average(std::string_view resource, const Quantity& value) {
  Json metric = Json::object();
  metric["type"] = "Resource";
  metric["resource"]["name"] = resource;
  metric["resource"]["target"]["type"] = "AverageValue";
  metric["resource"]["target"]["averageValue"] = value.to_string();
  return metric;
}

}  // namespace

// Where there is no KEDA: by CPU and memory only, as an HPA cannot read consumer lag.
MaybeObject horizontal_pod_autoscaler(const Spec& spec, const Facts& facts) {
  if (autoscaler_of(spec, facts.kinds) != Autoscaler::kHorizontalPodAutoscaler) {
    return std::nullopt;
  }
  const Autoscaling& scaling = spec.worker.autoscaling;
  Json object = owned_object("autoscaling/v2", "HorizontalPodAutoscaler", kAutoscalerName,
                             part::kWorker, facts);
  Json& autoscaler = object["spec"];
  autoscaler["scaleTargetRef"]["apiVersion"] = "apps/v1";
  autoscaler["scaleTargetRef"]["kind"] = "Deployment";
  autoscaler["scaleTargetRef"]["name"] = part::kWorker;
  autoscaler["minReplicas"] = scaling.min_replicas;
  autoscaler["maxReplicas"] = scaling.max_replicas;
  Json metrics = Json::array();
  if (scaling.cpu.enabled) metrics.push_back(average("cpu", scaling.cpu.average_value));
  if (scaling.memory.enabled) metrics.push_back(average("memory", scaling.memory.average_value));
  autoscaler["metrics"] = std::move(metrics);
  autoscaler["behavior"] = scaling_behavior(scaling);
  return object;
}

}  // namespace argus::adl::objects
