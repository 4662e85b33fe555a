#include <set>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/autoscaling/autoscaler.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"
#include "argusdatalayer/render/worker/objects.h"
#include "argusdatalayer/render/worker/worker_environment.h"

namespace argus::adl::objects {
namespace {

// The startup probe gives 2 minutes (a Neo4j that was paused takes one to wake), the others are
// quick.
constexpr pod::ProbeTiming kWorkerStartup{2, 60, 2};
constexpr pod::ProbeTiming kWorkerReadiness{5, 2, 3};
constexpr pod::ProbeTiming kWorkerLiveness{10, 3, 3};

Json worker_container(const Spec& spec, const Facts& facts) {
  Json container = Json::object();
  container["name"] = part::kWorker;
  container["image"] = spec.worker.image.value_or(facts.installation.images.worker);
  container["ports"] = Json::array({pod::container_port("http", port::kWorkerHttp)});
  Json source = Json::object();
  source["configMapRef"]["name"] = "cognee-worker-config";
  container["envFrom"] = Json::array({source});
  Json environment = Json::array();
  for (const SecretVariable& variable : worker_secret_variables(spec, facts)) {
    environment.push_back(
        pod::env_from_secret(variable.name, variable.source.name, variable.source.key));
  }
  container["env"] = std::move(environment);
  container["resources"] = resource_requirements(spec.worker.resources);
  container["startupProbe"] = pod::http_probe("/health", "http", kWorkerStartup);
  container["readinessProbe"] = pod::http_probe("/ready", "http", kWorkerReadiness);
  container["livenessProbe"] = pod::http_probe("/health", "http", kWorkerLiveness);
  container["securityContext"] = pod::container_security_context(true);
  container["volumeMounts"] =
      Json::array({pod::mount("cache", "/app/data"), pod::mount("logs", "/app/logs"),
                   pod::mount("tmp", "/tmp")});
  return container;
}

}  // namespace

MaybeObject worker_deployment(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  std::string configuration;
  for (const auto& [name, value] : worker_settings(spec, facts)) {
    configuration += name + "=" + value + "\n";
  }
  std::set<std::string> secret_names;
  const std::vector<SecretVariable> variables = worker_secret_variables(spec, facts);
  for (const SecretVariable& variable : variables) secret_names.insert(variable.source.name);

  PodParts parts;
  parts.part_name = part::kWorker;
  parts.security_context = pod::security_context(pod::kWorkerUser);
  parts.containers = Json::array({worker_container(spec, facts)});
  parts.volumes = Json::array({pod::empty_dir("cache", spec.worker.cache_size.to_string()),
                               pod::empty_dir("logs", spec.worker.logs_size.to_string()),
                               pod::empty_dir("tmp", "256Mi")});
  parts.annotations = {configuration, {secret_names.begin(), secret_names.end()}};
  parts.termination_grace_seconds = static_cast<int>(spec.worker.termination_grace_period.count());

  Json object = owned_object("apps/v1", "Deployment", part::kWorker, part::kWorker, facts);
  Json& deployment = object["spec"];
  // With an autoscaler the number of replicas is the autoscaler's alone.
  if (!spec.worker.autoscaling.enabled) {
    deployment["replicas"] = spec.worker.replicas;
  } else if (autoscaler_of(spec, facts.kinds) == Autoscaler::kNone) {
    deployment["replicas"] = spec.worker.autoscaling.min_replicas;
  }
  deployment["selector"]["matchLabels"] = selector_labels(part::kWorker, facts.name);
  deployment["strategy"]["type"] = "RollingUpdate";
  deployment["strategy"]["rollingUpdate"]["maxSurge"] = 1;
  deployment["strategy"]["rollingUpdate"]["maxUnavailable"] = 0;
  deployment["template"] = pod_template(std::move(parts), spec, facts);
  annotate_secret_salt(object, facts);
  deployment["template"]["spec"]["serviceAccountName"] = part::kWorker;
  return object;
}

}  // namespace argus::adl::objects
