#include "argusdatalayer/render/redis/redis_exporter.h"

#include <string>
#include <utility>

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"
#include "argusdatalayer/render/service.h"

namespace argus::adl {
namespace {

constexpr pod::ProbeTiming kReadiness{5, 3, 3};
constexpr pod::ProbeTiming kLiveness{30, 3, 3};

// Its health says that it runs, not that the store does: a store that is down is a metric of its
// (redis_up), and no reason to start the exporter again.
Json exporter_container(const RedisExporter& exporter, const Spec& spec, const Facts& facts) {
  const std::string store = service_host(std::string(exporter.store_name) + "-headless", facts);
  Json container = Json::object();
  container["name"] = "redis-exporter";
  container["image"] =
      spec.monitoring.exporter.image.value_or(facts.installation.images.redis_exporter);
  container["ports"] = Json::array({pod::container_port("metrics", port::kRedisExporter)});
  container["env"] = Json::array(
      {pod::env("REDIS_ADDR", "redis://" + store + ":" + std::to_string(port::kRedis)),
       // Without a host it is every address, IPv4 and IPv6; its own default is IPv4 only.
       pod::env("REDIS_EXPORTER_WEB_LISTEN_ADDRESS", ":" + std::to_string(port::kRedisExporter)),
       pod::env_from_secret("REDIS_PASSWORD", exporter.auth_secret, "password")});
  container["resources"] = resource_requirements(spec.monitoring.exporter.resources);
  container["readinessProbe"] = pod::http_probe("/health", "metrics", kReadiness);
  container["livenessProbe"] = pod::http_probe("/health", "metrics", kLiveness);
  container["securityContext"] = pod::container_security_context(true);
  return container;
}

}  // namespace

Json redis_exporter_deployment(const RedisExporter& exporter, const Spec& spec,
                               const Facts& facts) {
  PodParts parts;
  parts.part_name = exporter.part_name;
  parts.security_context = pod::security_context(pod::kExporterUser);
  parts.containers = Json::array({exporter_container(exporter, spec, facts)});
  parts.volumes = Json::array();
  parts.annotations.secret_names = {exporter.auth_secret};

  Json object =
      owned_object("apps/v1", "Deployment", exporter.part_name, exporter.part_name, facts);
  Json& deployment = object["spec"];
  deployment["replicas"] = 1;
  deployment["selector"]["matchLabels"] = selector_labels(exporter.part_name, facts.name);
  // It keeps nothing, and a second one for the time of a change would need room in the quota.
  deployment["strategy"]["type"] = "RollingUpdate";
  deployment["strategy"]["rollingUpdate"]["maxSurge"] = 0;
  deployment["strategy"]["rollingUpdate"]["maxUnavailable"] = 1;
  deployment["template"] = pod_template(std::move(parts), spec, facts);
  annotate_secret_salt(object, facts);
  deployment["template"]["spec"].erase("volumes");
  return object;
}

Json redis_exporter_service(const RedisExporter& exporter, const Spec& spec, const Facts& facts) {
  Json object = service(exporter.part_name, exporter.part_name,
                        selector_labels(exporter.part_name, facts.name), facts);
  add_port(object, "metrics", port::kRedisExporter);
  annotate_metrics(object, port::kRedisExporter, "/metrics", spec);
  return object;
}

Json redis_exporter_network_policy(const RedisExporter& exporter, const Spec& spec,
                                   const Facts& facts) {
  Json object = network::policy(std::string(exporter.part_name) + "-policy", exporter.part_name,
                                selector_labels(exporter.part_name, facts.name), facts);
  network::set_ingress(object,
                       Json::array({network::from(network::peer(spec.network_policy.prometheus),
                                                  network::tcp({port::kRedisExporter}))}));
  network::set_egress(object, Json::array({network::to(network::pods_of(exporter.store_name, facts),
                                                       network::tcp({port::kRedis}))}));
  return object;
}

}  // namespace argus::adl
