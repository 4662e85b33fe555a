#include "argusdatalayer/render/redis/redis_server.h"

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod_template.h"
#include "argusdatalayer/render/service.h"

namespace argus::adl {
namespace {

// Loading the append-only file of a full volume takes a while: 5 s each, 10 minutes in all.
constexpr pod::ProbeTiming kStartup{5, 120, 3};
constexpr pod::ProbeTiming kReadiness{5, 3, 3};
constexpr pod::ProbeTiming kLiveness{10, 6, 5};
// Time to write what is left of the append-only file.
constexpr int kTerminationGraceSeconds = 60;

Json server_container(const RedisServer& server) {
  Json container = Json::object();
  container["name"] = server.part_name;
  container["image"] = server.image;
  container["command"] = Json::array({"sh", "/etc/argus/start.sh"});
  container["ports"] = Json::array({pod::container_port("redis", port::kRedis)});
  Json environment = server.environment;
  environment.push_back(pod::env_from_secret("REDISCLI_AUTH", server.auth_secret, "password"));
  container["env"] = std::move(environment);
  container["resources"] = resource_requirements(server.resources);
  // A server that still loads its data answers with an error, not with PONG.
  const std::vector<std::string> ping = {"sh", "-c",
                                         std::string(server.cli) + " ping | grep -q PONG"};
  container["startupProbe"] = pod::exec_probe(ping, kStartup);
  container["readinessProbe"] = pod::exec_probe(ping, kReadiness);
  container["livenessProbe"] = pod::tcp_probe("redis", kLiveness);
  container["securityContext"] = pod::container_security_context(true);
  container["volumeMounts"] =
      Json::array({pod::mount("data", server.data_path), pod::mount("config", "/etc/argus", true),
                   pod::mount("password", "/run/secrets/argus", true), pod::mount("tmp", "/tmp")});
  return container;
}

}  // namespace

Json redis_service(std::string_view part_name, bool headless, const Facts& facts) {
  const std::string name = std::string(part_name) + (headless ? "-headless" : "");
  Json object = service(name, part_name, selector_labels(part_name, facts.name), facts);
  if (headless) object["spec"]["clusterIP"] = "None";
  add_port(object, "redis", port::kRedis);
  return object;
}

Json redis_stateful_set(RedisServer server, const Spec& spec, const Facts& facts) {
  const std::string config_map = std::string(server.part_name) + "-config";
  std::string configuration;
  for (const auto& [file, text] : server.files) configuration += file + "\n" + text;

  PodParts parts;
  parts.part_name = server.part_name;
  parts.security_context = pod::security_context(server.user);
  parts.containers = Json::array({server_container(server)});
  parts.volumes = Json::array({pod::config_map_volume("config", config_map),
                               pod::secret_volume("password", server.auth_secret, {"password"}),
                               pod::empty_dir("tmp", "16Mi")});
  parts.annotations = {configuration, {server.auth_secret}};
  parts.termination_grace_seconds = kTerminationGraceSeconds;

  Json object = owned_object("apps/v1", "StatefulSet", server.part_name, server.part_name, facts);
  Json& set = object["spec"];
  set["replicas"] = 1;
  set["serviceName"] = std::string(server.part_name) + "-headless";
  const Json selector = selector_labels(server.part_name, facts.name);
  set["selector"]["matchLabels"] = selector;
  set["persistentVolumeClaimRetentionPolicy"] = claim_retention_policy(spec);
  set["template"] = pod_template(std::move(parts), spec, facts);
  annotate_secret_salt(object, facts);
  set["volumeClaimTemplates"] = Json::array({data_claim_template(server.storage, selector)});
  return object;
}

}  // namespace argus::adl
