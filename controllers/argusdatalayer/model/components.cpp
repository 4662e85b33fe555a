#include "argusdatalayer/model/components.h"

#include <string>

#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {

std::string_view title(Component component) {
  switch (component) {
    case Component::kGuardrails:
      return "Guardrails";
    case Component::kSecrets:
      return "Secrets";
    case Component::kNetworkPolicy:
      return "NetworkPolicy";
    case Component::kRedpanda:
      return "Redpanda";
    case Component::kFalkordb:
      return "FalkorDB";
    case Component::kValkey:
      return "Valkey";
    case Component::kWorker:
      return "Worker";
    case Component::kAutoscaling:
      return "Autoscaling";
    case Component::kFlink:
      return "Flink";
    case Component::kMonitoring:
      return "Monitoring";
  }
  return "";
}

std::string_view condition_type(Component component) {
  switch (component) {
    case Component::kGuardrails:
      return "GuardrailsReady";
    case Component::kSecrets:
      return "SecretsReady";
    case Component::kNetworkPolicy:
      return "NetworkPolicyReady";
    case Component::kRedpanda:
      return "RedpandaReady";
    case Component::kFalkordb:
      return "FalkorDBReady";
    case Component::kValkey:
      return "ValkeyReady";
    case Component::kWorker:
      return "WorkerReady";
    case Component::kAutoscaling:
      return "AutoscalingReady";
    case Component::kFlink:
      return "FlinkReady";
    case Component::kMonitoring:
      return "MonitoringReady";
  }
  return "";
}

Component component_of(const Json& object) {
  const std::string kind = object.value("kind", "");
  if (kind == "ResourceQuota" || kind == "LimitRange") return Component::kGuardrails;
  if (kind == "Secret") return Component::kSecrets;
  if (kind == "NetworkPolicy") return Component::kNetworkPolicy;
  if (kind == "HorizontalPodAutoscaler" || kind == "ScaledObject" ||
      kind == "TriggerAuthentication") {
    return Component::kAutoscaling;
  }
  const Json::json_pointer path("/metadata/labels");
  const std::string name =
      object.contains(path) ? object.at(path).value(std::string(label::kName), "") : "";
  if (name == part::kRedpanda || name == part::kRedpandaSetup) return Component::kRedpanda;
  if (name == part::kFalkordb) return Component::kFalkordb;
  if (name == part::kValkey) return Component::kValkey;
  if (name == part::kFlink) return Component::kFlink;
  if (name == part::kFalkordbExporter || name == part::kValkeyExporter) {
    return Component::kMonitoring;
  }
  return Component::kWorker;
}

}  // namespace argus::adl
