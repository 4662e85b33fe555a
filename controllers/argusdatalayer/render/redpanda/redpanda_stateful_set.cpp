#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/redpanda/redpanda_config.h"
#include "argusdatalayer/render/redpanda/redpanda_ports.h"

namespace argus::adl::objects {
namespace {

// A broker that recovers a full volume: 5 s each, 10 minutes in all.
constexpr pod::ProbeTiming kStartup{5, 120, 3};
constexpr pod::ProbeTiming kReadiness{10, 3, 3};
constexpr pod::ProbeTiming kLiveness{10, 6, 5};
// The Admin API answers 200 while the broker boots, too; only the body says which of the two it is.
// Redpanda's own chart asks with curl, so its image has it.
const std::vector<std::string> kSaysReady = {
    "sh", "-c",
    "curl --silent --fail --max-time 2 http://localhost:9644/v1/status/ready | grep -q ready"};
// Time to move leadership away and flush.
constexpr int kTerminationGraceSeconds = 90;

Json broker_container(const Spec& spec, const Facts& facts) {
  Json container = Json::object();
  container["name"] = part::kRedpanda;
  container["image"] = spec.redpanda.image.value_or(facts.installation.images.redpanda);
  container["command"] = Json::array({"sh", "/etc/argus/start.sh"});
  container["args"] = redpanda_arguments(spec, facts);
  container["env"] = Json::array({pod::env_from_field("POD_NAME", "metadata.name"),
                                  pod::env_from_field("POD_IPS", "status.podIPs")});
  for (const RedpandaPort& named : kRedpandaPorts) {
    container["ports"].push_back(pod::container_port(named.name, named.number));
  }
  container["resources"] = resource_requirements(spec.redpanda.resources);
  // Each probe asks about this broker only. The cluster's health must not decide about a pod: it
  // would take all of them out of the Services at once.
  container["startupProbe"] = pod::exec_probe(kSaysReady, kStartup);
  container["readinessProbe"] = pod::exec_probe(kSaysReady, kReadiness);
  container["livenessProbe"] = pod::tcp_probe("admin", kLiveness);
  container["securityContext"] = pod::container_security_context(false);
  container["volumeMounts"] = Json::array(
      {pod::mount("data", "/var/lib/redpanda/data"), pod::mount("config", "/etc/argus", true),
       pod::mount("users", "/run/secrets/argus", true), pod::mount("etc", "/etc/redpanda")});
  return container;
}

}  // namespace

MaybeObject redpanda_stateful_set(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  std::string configuration;
  for (const auto& [file, text] : redpanda_files(spec, facts)) configuration += file + "\n" + text;

  PodParts parts;
  parts.part_name = part::kRedpanda;
  parts.security_context = pod::security_context(pod::kRedpandaUser);
  parts.containers = Json::array({broker_container(spec, facts)});
  parts.volumes =
      Json::array({pod::config_map_volume("config", "redpanda-config"),
                   pod::secret_volume("users", secret::kRedpandaSuperusers, {"users.txt"}),
                   pod::empty_dir("etc", "16Mi")});
  parts.annotations.configuration = configuration;
  parts.termination_grace_seconds = kTerminationGraceSeconds;

  Json object = owned_object("apps/v1", "StatefulSet", part::kRedpanda, part::kRedpanda, facts);
  Json& set = object["spec"];
  set["replicas"] = spec.redpanda.replicas;
  set["serviceName"] = part::kRedpanda;
  // Brokers of a new cluster wait for each other, so none can wait for another to be ready first.
  set["podManagementPolicy"] = "Parallel";
  const Json selector = selector_labels(part::kRedpanda, facts.name);
  set["selector"]["matchLabels"] = selector;
  set["persistentVolumeClaimRetentionPolicy"] = claim_retention_policy(spec);
  set["template"] = pod_template(std::move(parts), spec, facts);
  set["volumeClaimTemplates"] = Json::array({data_claim_template(spec.redpanda.storage, selector)});
  return object;
}

}  // namespace argus::adl::objects
