#include "argusdatalayer/render/redpanda/broker_setup.h"

#include <algorithm>
#include <string>
#include <vector>

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/pod_template.h"

namespace argus::adl {
namespace {

constexpr const char* kUsersPath = "/run/secrets/argus";
constexpr const char* kSaidPath = "/run/argus";
constexpr const char* kMessageFile = "/dev/termination-log";
// Only whether rounds end is asked, and one may take minutes while brokers are slow.
constexpr pod::ProbeTiming kLiveness{30, 3, 3};
constexpr pod::ProbeTiming kReadiness{5, 2, 3};

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
  // Passwords come by file: arguments and variables are seen by more than this container.
  std::vector<std::string> arguments = {"broker", "ensure", "--watch",
                                        "--users-file=" + std::string(kUsersPath) + "/users.txt"};
  const auto hash = facts.secret_hashes.find(std::string(secret::kRedpandaSuperusers));
  if (hash != facts.secret_hashes.end() && !facts.secret_salt.empty()) {
    arguments.push_back("--users-hash=" + hash->second);
    arguments.push_back("--users-salt=" + facts.secret_salt);
  }
  arguments.push_back("--service-user=" + std::string(kRedpandaServiceUser));
  arguments.push_back("--brokers=" + kafka_endpoint(spec, facts).bootstrap_servers);
  arguments.push_back("--security-protocol=" +
                      std::string(to_string(SecurityProtocol::kSaslPlaintext)));
  for (int ordinal = 0; ordinal < spec.redpanda.replicas; ++ordinal) {
    arguments.push_back("--admin-url=http://" + broker_host(ordinal, facts) + ":" +
                        std::to_string(port::kRedpandaAdmin));
  }
  arguments.push_back("--replication-factor=" + std::to_string(spec.redpanda.replication_factor()));
  arguments.push_back("--group=" + spec.worker.consumer_group);
  arguments.push_back("--health-port=" + std::to_string(port::kRedpandaSetupHttp));
  arguments.push_back("--message-file=" + std::string(kMessageFile));
  arguments.push_back("--memory-file=" + std::string(kSaidPath) + "/said.json");

  Json container = Json::object();
  container["name"] = part::kRedpandaSetup;
  container["image"] = facts.installation.images.tools;
  container["command"] = Json::array({"argusctl"});
  container["args"] = arguments;
  container["ports"] = Json::array({pod::container_port("http", port::kRedpandaSetupHttp)});
  container["resources"] = resource_requirements(broker_setup_resources(spec));
  container["readinessProbe"] = pod::http_probe("/ready", "http", kReadiness);
  container["livenessProbe"] = pod::http_probe("/health", "http", kLiveness);
  container["securityContext"] = pod::container_security_context(true);
  container["terminationMessagePath"] = kMessageFile;
  container["terminationMessagePolicy"] = "FallbackToLogsOnError";
  container["volumeMounts"] =
      Json::array({pod::mount("users", kUsersPath, true), pod::mount("said", kSaidPath)});
  return container;
}

}  // namespace argus::adl
