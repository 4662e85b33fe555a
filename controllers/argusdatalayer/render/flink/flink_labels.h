// How Flink's pods are told from others. Flink gives them these labels itself (the cluster's id is
// the name of the FlinkDeployment), whatever the pod template says.
//
// Threads: pure functions.
#pragma once

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {

[[nodiscard]] inline Json flink_pods() {
  Json labels = Json::object();
  labels["app"] = part::kFlink;
  labels["type"] = "flink-native-kubernetes";
  return labels;
}

}  // namespace argus::adl
