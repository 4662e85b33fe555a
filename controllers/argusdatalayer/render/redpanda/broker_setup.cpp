#include "argusdatalayer/render/redpanda/broker_setup.h"

#include <algorithm>

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"

namespace argus::adl {
namespace {

constexpr const char* kUsersPath = "/run/secrets/argus";

Quantity within(const Quantity& wanted, const Quantity& least, const Quantity& most) {
  return std::min(std::max(wanted, least), most);
}

}  // namespace

ContainerResources broker_setup_resources(const Spec& spec) {
  ContainerResources resources{Quantity::of_millis(50), Quantity::of_bytes(64 * kMebi),
                               Quantity::of_millis(200), Quantity::of_bytes(128 * kMebi)};
  if (!spec.guardrails.enabled) return resources;
  const LimitRange& range = spec.guardrails.limit_range;
  for (Quantity* cpu : {&resources.cpu_request, &resources.cpu_limit}) {
    *cpu = within(*cpu, range.min.cpu, range.max.cpu);
  }
  for (Quantity* memory : {&resources.memory_request, &resources.memory_limit}) {
    *memory = within(*memory, range.min.memory, range.max.memory);
  }
  return resources;
}

Json broker_setup_container(const Spec& spec, const Facts& facts) {
  Json container = Json::object();
  container["name"] = kBrokerSetup;
  container["image"] = facts.installation.images.tools;
  container["command"] = Json::array({"argusctl"});
  // Passwords come by file: arguments and variables are seen by more than this container.
  container["args"] = Json::array(
      {"broker", "ensure", "--watch", "--users-file=" + std::string(kUsersPath) + "/users.txt",
       "--service-user=" + std::string(kRedpandaServiceUser),
       "--brokers=localhost:" + std::to_string(port::kKafka),
       "--security-protocol=" + std::string(to_string(SecurityProtocol::kSaslPlaintext)),
       "--admin-url=http://localhost:" + std::to_string(port::kRedpandaAdmin),
       "--replication-factor=" + std::to_string(spec.redpanda.replication_factor()),
       "--group=" + spec.worker.consumer_group});
  container["resources"] = resource_requirements(broker_setup_resources(spec));
  container["securityContext"] = pod::container_security_context(true);
  container["securityContext"]["runAsUser"] = pod::kToolsUser.uid;
  container["securityContext"]["runAsGroup"] = pod::kToolsUser.gid;
  container["volumeMounts"] = Json::array({pod::mount("users", kUsersPath, true)});
  return container;
}

}  // namespace argus::adl
