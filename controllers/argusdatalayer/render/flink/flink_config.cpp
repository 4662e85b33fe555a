#include "argusdatalayer/render/flink/flink_config.h"

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"

namespace argus::adl {
namespace {

constexpr std::string_view kClaimPath = "/flink-data";
constexpr std::string_view kS3PluginPath = "/opt/flink/plugins/s3-fs-hadoop";

std::string storage_root(const Flink& flink) {
  return flink.object_store ? flink.object_store->uri : "file://" + std::string(kClaimPath);
}

// Copies the S3 file system, which the image ships but does not load, to where Flink looks for it;
// its file name has Flink's full version in it.
Json s3_plugin_container(const std::string& image) {
  Json container = Json::object();
  container["name"] = "s3-plugin";
  container["image"] = image;
  container["command"] = Json::array(
      {"sh", "-c",
       "cp /opt/flink/opt/flink-s3-fs-hadoop-*.jar " + std::string(kS3PluginPath) + "/"});
  Json& resources = container["resources"];
  resources["requests"]["cpu"] = "50m";
  resources["requests"]["memory"] = "64Mi";
  resources["limits"]["cpu"] = "500m";
  resources["limits"]["memory"] = "128Mi";
  container["securityContext"] = pod::container_security_context(true);
  container["volumeMounts"] = Json::array({pod::mount("s3-plugin", kS3PluginPath)});
  return container;
}

}  // namespace

Json flink_configuration(const Flink& flink) {
  Json configuration = Json::object();
  for (const auto& [key, value] : flink.configuration) configuration[key] = value;
  const std::string root = storage_root(flink);
  configuration["taskmanager.numberOfTaskSlots"] = std::to_string(flink.task_slots);
  configuration["state.backend.type"] = flink.state_backend;
  configuration["state.checkpoints.dir"] = root + "/checkpoints";
  configuration["state.savepoints.dir"] = root + "/savepoints";
  configuration["execution.checkpointing.interval"] =
      std::to_string(std::chrono::milliseconds(flink.checkpoint_interval).count());
  configuration["execution.checkpointing.mode"] = flink.checkpoint_mode;
  if (flink.high_availability) {
    configuration["high-availability.type"] = "kubernetes";
    configuration["high-availability.storageDir"] = root + "/ha";
  }
  if (flink.object_store) {
    if (flink.object_store->endpoint) configuration["s3.endpoint"] = *flink.object_store->endpoint;
    configuration["s3.path.style.access"] =
        flink.object_store->path_style_access ? "true" : "false";
  }
  // Limits equal to requests, so that quota and LimitRange see both.
  configuration["kubernetes.jobmanager.cpu.limit-factor"] = "1.0";
  configuration["kubernetes.taskmanager.cpu.limit-factor"] = "1.0";
  configuration["kubernetes.jobmanager.memory.limit-factor"] = "1.0";
  configuration["kubernetes.taskmanager.memory.limit-factor"] = "1.0";
  configuration["metrics.reporter.prom.factory.class"] =
      "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";
  configuration["metrics.reporter.prom.port"] = std::to_string(port::kFlinkMetrics);
  return configuration;
}

Json flink_pod_template(const Spec& spec, const Facts& facts) {
  const Flink& flink = spec.flink;
  Json container = Json::object();
  container["name"] = "flink-main-container";  // the name that Flink looks for
  container["ports"] = Json::array({pod::container_port("metrics", port::kFlinkMetrics)});
  container["securityContext"] = pod::container_security_context(false);

  PodParts parts;
  parts.part_name = part::kFlink;
  parts.security_context = pod::security_context(pod::kFlinkUser);
  parts.volumes = Json::array();
  if (flink.object_store) {
    const FlinkObjectStore& store = *flink.object_store;
    parts.annotations.secret_names = {store.credentials_secret};
    container["env"] =
        Json::array({pod::env_from_secret("AWS_ACCESS_KEY_ID", store.credentials_secret,
                                          store.access_key_id_key),
                     pod::env_from_secret("AWS_SECRET_ACCESS_KEY", store.credentials_secret,
                                          store.secret_access_key_key)});
    container["volumeMounts"] = Json::array({pod::mount("s3-plugin", kS3PluginPath, true)});
    parts.volumes.push_back(pod::empty_dir("s3-plugin", "256Mi"));
  } else if (flink.claim) {
    container["volumeMounts"] = Json::array({pod::mount("flink-data", kClaimPath)});
    Json volume = Json::object();
    volume["name"] = "flink-data";
    volume["persistentVolumeClaim"]["claimName"] = *flink.claim;
    parts.volumes.push_back(std::move(volume));
  }
  parts.containers = Json::array({container});
  Json result = pod_template(std::move(parts), spec, facts);
  // JobManager and TaskManagers talk to the API server (high availability): they need the token.
  result["spec"].erase("automountServiceAccountToken");
  result["spec"].erase("terminationGracePeriodSeconds");
  if (result["spec"]["volumes"].empty()) result["spec"].erase("volumes");
  if (flink.object_store) {
    result["spec"]["initContainers"] =
        Json::array({s3_plugin_container(flink.image.value_or(facts.installation.images.flink))});
  }
  return result;
}

}  // namespace argus::adl
