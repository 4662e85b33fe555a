#include "cli/in_cluster/job_manifest.h"

#include <algorithm>
#include <array>

#include "cli/in_cluster/kubectl.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

using json = nlohmann::json;
using Pointer = json::json_pointer;

constexpr const char* kDefaultImage = "ghcr.io/samuelvinay91/argusctl:" ARGUS_VERSION;
constexpr const char* kNameLabel = "app.kubernetes.io/name";
constexpr int kUser = 65532;  // the image's
constexpr int kGraceSeconds = 5;
// The largest tree, and what a file system needs around many small files.
constexpr const char* kTreeSize = "4Gi";

// What of the worker's environment says how brokers and graph are reached.
constexpr std::array<std::string_view, 10> kVariables = {
    "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SECURITY_PROTOCOL", "KAFKA_SASL_MECHANISM",
    "KAFKA_SASL_USERNAME",     "KAFKA_SASL_PASSWORD",     "ARGUS_TOPIC_PREFIX",
    "FALKORDB_HOST",           "FALKORDB_PORT",           "FALKORDB_USERNAME",
    "FALKORDB_PASSWORD"};

json member(const json& object, const char* path, const json& fallback) {
  const Pointer pointer(path);
  return object.contains(pointer) ? object.at(pointer) : fallback;
}

// nullptr when it is not there.
const json* find_deployment(const json& parts, const char* name) {
  const auto items = parts.find("items");
  if (items == parts.end()) return nullptr;
  for (const json& item : *items) {
    if (item.value("kind", "") == "Deployment" && member(item, "/metadata/name", "") == name) {
      return &item;
    }
  }
  return nullptr;
}

std::string image_of(const JobRequest& request, const json& parts) {
  if (!request.image.empty()) return request.image;
  const json* const setup = find_deployment(parts, "redpanda-setup");
  if (setup == nullptr) return kDefaultImage;
  return member(*setup, "/spec/template/spec/containers/0/image", kDefaultImage);
}

json environment_of(const json& worker_container) {
  json environment = json::array();
  for (const json& variable : member(worker_container, "/env", json::array())) {
    const std::string name = variable.value("name", "");
    if (std::find(kVariables.begin(), kVariables.end(), name) != kVariables.end()) {
      environment.push_back(variable);
    }
  }
  return environment;
}

json container(const JobRequest& request, const json& worker_pod, const json& parts) {
  const json worker = member(worker_pod, "/containers/0", json::object());
  json result = {{"name", kJobContainer},
                 {"image", image_of(request, parts)},
                 {"command", {"argusctl"}},
                 {"args", request.arguments},
                 {"env", environment_of(worker)},
                 {"envFrom", member(worker, "/envFrom", json::array())},
                 {"stdin", true},
                 {"stdinOnce", true}};
  result["resources"] = {{"requests", {{"cpu", "100m"}, {"memory", "128Mi"}}},
                         {"limits", {{"cpu", "1"}, {"memory", "512Mi"}}}};
  result["securityContext"] = {{"allowPrivilegeEscalation", false},
                               {"capabilities", {{"drop", {"ALL"}}}},
                               {"readOnlyRootFilesystem", true}};
  result["volumeMounts"] = {{{"name", "tree"}, {"mountPath", kJobTree}}};
  return result;
}

}  // namespace

json job_manifest(const JobRequest& request, const json& parts, const std::string& ns) {
  const json* const worker = find_deployment(parts, "cognee-worker");
  if (worker == nullptr) {
    throw ClusterError("There is no data layer with a worker in the namespace " + printable(ns) +
                       " (no Deployment cognee-worker): name its namespace with --namespace.");
  }
  const json worker_pod = member(*worker, "/spec/template/spec", json::object());
  json labels = {{kNameLabel, "argusctl"}};  // what the network policies know it by
  for (const char* label : {"app.kubernetes.io/instance", "app.kubernetes.io/part-of"}) {
    const json own = member(*worker, "/metadata/labels", json::object());
    if (own.contains(label)) labels[label] = own.at(label);
  }
  json pod = {{"restartPolicy", "Never"},
              {"automountServiceAccountToken", false},
              {"enableServiceLinks", false},
              {"terminationGracePeriodSeconds", kGraceSeconds},
              {"securityContext",
               {{"runAsNonRoot", true},
                {"runAsUser", kUser},
                {"runAsGroup", kUser},
                {"fsGroup", kUser},
                {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
              {"containers", json::array({container(request, worker_pod, parts)})},
              {"volumes", {{{"name", "tree"}, {"emptyDir", {{"sizeLimit", kTreeSize}}}}}}};
  if (worker_pod.contains("imagePullSecrets")) {
    pod["imagePullSecrets"] = worker_pod.at("imagePullSecrets");
  }
  return {{"apiVersion", "batch/v1"},
          {"kind", "Job"},
          {"metadata", {{"name", request.name}, {"labels", labels}}},
          {"spec",
           {{"backoffLimit", 0},
            {"activeDeadlineSeconds", request.deadline.count()},
            {"ttlSecondsAfterFinished", kJobKept.count()},
            {"template", {{"metadata", {{"labels", labels}}}, {"spec", std::move(pod)}}}}}};
}

}  // namespace argus::cli
