#include "argusdatalayer/model/endpoints.h"
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

Json lag_trigger(const LagTrigger& lag, const Spec& spec, const Facts& facts) {
  Json trigger = Json::object();
  trigger["type"] = "kafka";
  Json& metadata = trigger["metadata"];
  metadata["bootstrapServers"] = kafka_endpoint(spec, facts).bootstrap_servers;
  metadata["consumerGroup"] = spec.worker.consumer_group;
  metadata["topic"] = lag.topic;
  metadata["lagThreshold"] = std::to_string(lag.lag_threshold);
  metadata["activationLagThreshold"] = std::to_string(lag.activation_lag_threshold);
  // The worker starts at the beginning of a topic that its group has not read.
  metadata["offsetResetPolicy"] = "earliest";
  trigger["authenticationRef"]["name"] = "keda-kafka-auth";
  return trigger;
}

Json average_trigger(std::string_view type, const Quantity& value) {
  Json trigger = Json::object();
  trigger["type"] = type;
  trigger["metricType"] = "AverageValue";
  trigger["metadata"]["value"] = value.to_string();
  return trigger;
}

}  // namespace

MaybeObject keda_scaled_object(const Spec& spec, const Facts& facts) {
  if (autoscaler_of(spec, facts.kinds) != Autoscaler::kKeda) return std::nullopt;
  const Autoscaling& scaling = spec.worker.autoscaling;
  Json object = owned_object("keda.sh/v1alpha1", "ScaledObject", "cognee-worker-scaledobject",
                             part::kWorker, facts);
  object["metadata"]["annotations"]["scaledobject.keda.sh/transfer-hpa-ownership"] = "true";
  Json& scaled = object["spec"];
  scaled["scaleTargetRef"]["name"] = part::kWorker;
  scaled["minReplicaCount"] = scaling.min_replicas;
  scaled["maxReplicaCount"] = scaling.max_replicas;
  scaled["pollingInterval"] = scaling.polling_interval.count();
  scaled["cooldownPeriod"] = scaling.cooldown_period.count();
  Json triggers = Json::array();
  for (const LagTrigger& lag : scaling.lag) triggers.push_back(lag_trigger(lag, spec, facts));
  if (scaling.cpu.enabled) triggers.push_back(average_trigger("cpu", scaling.cpu.average_value));
  if (scaling.memory.enabled) {
    triggers.push_back(average_trigger("memory", scaling.memory.average_value));
  }
  scaled["triggers"] = std::move(triggers);
  Json& advanced = scaled["advanced"];
  advanced["restoreToOriginalReplicaCount"] = false;
  advanced["horizontalPodAutoscalerConfig"]["name"] = kAutoscalerName;
  advanced["horizontalPodAutoscalerConfig"]["behavior"] = scaling_behavior(scaling);
  // KEDA refuses a fallback where nothing but cpu and memory can fail.
  if (!scaling.lag.empty()) {
    scaled["fallback"]["failureThreshold"] = scaling.fallback_failure_threshold;
    scaled["fallback"]["replicas"] = scaling.fallback_replicas;
    scaled["fallback"]["behavior"] = "currentReplicasIfHigher";
  }
  return object;
}

}  // namespace argus::adl::objects
