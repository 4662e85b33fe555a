#include "argusdatalayer/model/spec.h"

#include <algorithm>
#include <stdexcept>

#include "argusdatalayer/model/defaults.h"
#include "argusdatalayer/model/embedded_text.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/schema.h"
#include "base/yaml_reader.h"

namespace argus::adl {
namespace {

// Every function below reads a .spec that has the defaults and fits the schema; at() throws
// otherwise.

std::string text(const Json& object, const char* key) { return object.at(key).get<std::string>(); }

std::optional<std::string> optional_text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::nullopt : std::optional(found->get<std::string>());
}

int number(const Json& object, const char* key) { return object.at(key).get<int>(); }

bool flag(const Json& object, const char* key) { return object.at(key).get<bool>(); }

std::chrono::seconds seconds(const Json& object, const char* key) {
  return std::chrono::seconds(number(object, key));
}

std::optional<Quantity> optional_amount(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  const auto quantity =
      Quantity::parse(found->is_string() ? found->get<std::string>() : found->dump());
  if (!quantity)
    throw std::invalid_argument(std::string(key) + " is not a quantity: " + found->dump());
  return quantity;
}

Quantity amount(const Json& object, const char* key) {
  (void)object.at(key);  // throws when it is missing
  return *optional_amount(object, key);
}

// An amount of a ResourceList, which the API server rounds (SetDefaults_ResourceList in
// k8s.io/kubernetes/pkg/apis/core/v1/defaults.go): else what is applied would never be what is
// kept.
Quantity listed_amount(const Json& object, const char* key) {
  return amount(object, key).rounded_up_to_millis();
}

std::vector<std::string> texts(const Json& object, const char* key) {
  return object.at(key).get<std::vector<std::string>>();
}

CpuAndMemory cpu_and_memory(const Json& object) {
  return {listed_amount(object, "cpu"), listed_amount(object, "memory")};
}

ContainerResources resources(const Json& part) {
  const auto [cpu_request, memory_request] = cpu_and_memory(part.at("resources").at("requests"));
  const auto [cpu_limit, memory_limit] = cpu_and_memory(part.at("resources").at("limits"));
  return {cpu_request, memory_request, cpu_limit, memory_limit};
}

Storage storage(const Json& part) {
  const Json& volume = part.at("storage");
  return {listed_amount(volume, "size"), optional_text(volume, "storageClassName")};
}

SecretKey secret_key(const Json& reference) {
  return {text(reference, "name"), text(reference, "key")};
}

std::map<std::string, std::string> match_labels(const Json& object, const char* selector) {
  const auto found = object.find(selector);
  if (found == object.end()) return {};
  return found->at("matchLabels").get<std::map<std::string, std::string>>();
}

Peer peer(const Json& object) {
  return {match_labels(object, "namespaceSelector"), match_labels(object, "podSelector")};
}

HostPort host_port(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  HostPort result;
  result.host = address.substr(0, colon);
  if (result.host.size() > 2 && result.host.front() == '[') {
    result.host = result.host.substr(1, result.host.size() - 2);
  }
  result.port = std::stoi(address.substr(colon + 1));
  return result;
}

Mode mode(const Json& part, Mode unset) {
  const auto said = optional_text(part, "mode");
  if (!said) return unset;
  if (*said == "External") return Mode::kExternal;
  return *said == "Managed" ? Mode::kManaged : Mode::kDisabled;
}

Guardrails guardrails(const Json& part) {
  const Json& quota = part.at("quota");
  const Json& range = part.at("limitRange");
  Guardrails result;
  result.enabled = flag(part, "enabled");
  result.quota.requests_cpu = listed_amount(quota.at("requests"), "cpu");
  result.quota.requests_memory = listed_amount(quota.at("requests"), "memory");
  result.quota.requests_storage = listed_amount(quota.at("requests"), "storage");
  result.quota.limits_cpu = listed_amount(quota.at("limits"), "cpu");
  result.quota.limits_memory = listed_amount(quota.at("limits"), "memory");
  result.quota.persistent_volume_claims = number(quota, "persistentVolumeClaims");
  result.limit_range.default_limit = cpu_and_memory(range.at("default"));
  result.limit_range.default_request = cpu_and_memory(range.at("defaultRequest"));
  result.limit_range.min = cpu_and_memory(range.at("min"));
  result.limit_range.max = cpu_and_memory(range.at("max"));
  return result;
}

ExternalRedpanda external_redpanda(const Json& part) {
  ExternalRedpanda result;
  for (const std::string& server : texts(part, "bootstrapServers")) {
    result.bootstrap_servers.push_back(host_port(server));
  }
  result.security_protocol = text(part, "securityProtocol") == "SASL_SSL"
                                 ? SecurityProtocol::kSaslSsl
                                 : SecurityProtocol::kSaslPlaintext;
  const std::string mechanism = text(part, "saslMechanism");
  result.sasl_mechanism = mechanism == "PLAIN"           ? SaslMechanism::kPlain
                          : mechanism == "SCRAM-SHA-256" ? SaslMechanism::kScramSha256
                                                         : SaslMechanism::kScramSha512;
  if (const auto secret = part.find("credentialsSecret"); secret != part.end()) {
    result.credentials_secret = text(*secret, "name");
    result.username_key = text(*secret, "usernameKey");
    result.password_key = text(*secret, "passwordKey");
  }
  result.cidrs = texts(part, "cidrs");
  return result;
}

Redpanda redpanda(const Json& part, Profile profile) {
  Redpanda result;
  result.mode = mode(part, profile == Profile::kFull ? Mode::kManaged : Mode::kExternal);
  result.image = optional_text(part, "image");
  result.replicas = number(part, "replicas");
  result.resources = resources(part);
  result.storage = storage(part);
  result.external = external_redpanda(part.at("external"));
  return result;
}

ExternalStore external_store(const Json& part) {
  ExternalStore result;
  result.host = optional_text(part, "host").value_or("");
  result.port = number(part, "port");
  if (part.contains("passwordSecret")) result.password = secret_key(part.at("passwordSecret"));
  result.cidrs = texts(part, "cidrs");
  return result;
}

// What FalkorDB and Valkey have in common.
template <typename Store>
Store store(const Json& part, Profile profile) {
  Store result;
  result.mode = mode(part, profile == Profile::kFull ? Mode::kManaged : Mode::kDisabled);
  result.image = optional_text(part, "image");
  result.resources = resources(part);
  result.max_memory =
      optional_amount(part, "maxMemory").value_or(max_memory_of(result.resources.memory_limit));
  result.append_fsync = text(part, "appendFsync");
  result.storage = storage(part);
  result.external = external_store(part.at("external"));
  return result;
}

Valkey valkey(const Json& part, Profile profile) {
  auto result = store<Valkey>(part, profile);
  result.max_memory_policy = text(part, "maxMemoryPolicy");
  return result;
}

// 80 % of a limit: near enough to it that a worker at rest never asks for another.
constexpr std::int64_t kAverageNumerator = 8;
constexpr std::int64_t kAverageDenominator = 10;

Autoscaling autoscaling(const Json& part, const ContainerResources& limits) {
  Autoscaling result;
  result.enabled = flag(part, "enabled");
  result.min_replicas = number(part, "minReplicas");
  result.max_replicas = number(part, "maxReplicas");
  result.polling_interval = seconds(part, "pollingIntervalSeconds");
  result.cooldown_period = seconds(part, "cooldownPeriodSeconds");
  result.scale_up_stabilization = seconds(part, "scaleUpStabilizationSeconds");
  result.scale_down_stabilization = seconds(part, "scaleDownStabilizationSeconds");
  for (const Json& topic : part.at("lag")) {
    result.lag.push_back({text(topic, "topic"), number(topic, "lagThreshold"),
                          number(topic, "activationLagThreshold")});
  }
  const Quantity cpu_average = Quantity::of_millis(std::max<std::int64_t>(
      limits.cpu_limit.millis() / kAverageDenominator * kAverageNumerator, 1));
  const Quantity memory_average = Quantity::of_bytes(
      std::max<std::int64_t>(
          limits.memory_limit.value() / kMebi * kAverageNumerator / kAverageDenominator, 1) *
      kMebi);
  result.cpu = {flag(part.at("cpu"), "enabled"),
                optional_amount(part.at("cpu"), "averageValue").value_or(cpu_average)};
  result.memory = {flag(part.at("memory"), "enabled"),
                   optional_amount(part.at("memory"), "averageValue").value_or(memory_average)};
  result.fallback_failure_threshold = number(part.at("fallback"), "failureThreshold");
  result.fallback_replicas = number(part.at("fallback"), "replicas");
  return result;
}

// `Model` is Llm or Embeddings: on when the Secret of the API key is named.
template <typename Model>
std::optional<Model> model(const Json& part) {
  if (!part.contains("apiKeySecret")) return std::nullopt;
  return Model{text(part, "provider"), text(part, "model"), secret_key(part.at("apiKeySecret"))};
}

std::optional<Neo4j> neo4j(const Json& part) {
  if (!part.contains("credentialsSecret")) return std::nullopt;
  const Json& secret = part.at("credentialsSecret");
  return Neo4j{text(secret, "name"),        text(secret, "uriKey"), text(secret, "usernameKey"),
               text(secret, "passwordKey"), text(part, "database"), texts(part, "cidrs")};
}

std::optional<Supabase> supabase(const Json& part) {
  if (!part.contains("databaseUrlSecret")) return std::nullopt;
  return Supabase{secret_key(part.at("databaseUrlSecret")), texts(part, "cidrs")};
}

Worker worker(const Json& part) {
  Worker result;
  result.enabled = flag(part, "enabled");
  result.image = optional_text(part, "image");
  result.replicas = number(part, "replicas");
  result.resources = resources(part);
  result.cache_size = amount(part, "cacheSize");
  result.logs_size = amount(part, "logsSize");
  result.consumer_group = text(part, "consumerGroup");
  result.log_level = text(part, "logLevel");
  result.termination_grace_period = seconds(part, "terminationGracePeriodSeconds");
  result.autoscaling = autoscaling(part.at("autoscaling"), result.resources);
  result.llm = model<Llm>(part.at("llm"));
  result.embeddings = model<Embeddings>(part.at("embeddings"));
  result.neo4j = neo4j(part.at("neo4j"));
  result.supabase = supabase(part.at("supabase"));
  return result;
}

std::optional<FlinkObjectStore> object_store(const Json& storage) {
  const auto found = storage.find("objectStore");
  if (found == storage.end()) return std::nullopt;
  const Json& secret = found->at("credentialsSecret");
  FlinkObjectStore result;
  result.uri = text(*found, "uri");
  while (!result.uri.empty() && result.uri.back() == '/') result.uri.pop_back();
  result.endpoint = optional_text(*found, "endpoint");
  result.path_style_access = flag(*found, "pathStyleAccess");
  result.credentials_secret = text(secret, "name");
  result.access_key_id_key = text(secret, "accessKeyIdKey");
  result.secret_access_key_key = text(secret, "secretAccessKeyKey");
  result.cidrs = texts(*found, "cidrs");
  return result;
}

FlinkProcess flink_process(const Json& part) {
  return {listed_amount(part, "cpu"), listed_amount(part, "memory"), number(part, "replicas")};
}

Flink flink(const Json& part) {
  Flink result;
  result.enabled = flag(part, "enabled");
  result.image = optional_text(part, "image");
  result.version = text(part, "version");
  result.job_manager = flink_process(part.at("jobManager"));
  result.task_manager = flink_process(part.at("taskManager"));
  result.task_slots = number(part, "taskSlots");
  result.state_backend = text(part, "stateBackend");
  result.checkpoint_mode = text(part, "checkpointMode");
  result.checkpoint_interval = seconds(part, "checkpointIntervalSeconds");
  result.high_availability = flag(part, "highAvailability");
  result.object_store = object_store(part.at("storage"));
  result.claim = optional_text(part.at("storage"), "claimName");
  result.configuration = part.at("configuration").get<std::map<std::string, std::string>>();
  return result;
}

NetworkClient network_client(const Json& part) {
  NetworkClient result;
  result.name = text(part, "name");
  if (part.contains("namespaceSelector") || part.contains("podSelector")) result.peer = peer(part);
  result.cidrs = texts(part, "cidrs");
  for (const std::string& access : texts(part, "access")) {
    result.access.push_back(access == "Kafka"            ? ClientAccess::kKafka
                            : access == "SchemaRegistry" ? ClientAccess::kSchemaRegistry
                                                         : ClientAccess::kHttpProxy);
  }
  return result;
}

NetworkPolicies network_policies(const Json& part) {
  NetworkPolicies result;
  result.enabled = flag(part, "enabled");
  result.allow_namespace_traffic = flag(part, "allowNamespaceTraffic");
  for (const Json& client : part.at("clients")) result.clients.push_back(network_client(client));
  const Json& dns = part.at("dns");
  result.dns = {peer(dns), texts(dns, "cidrs"), dns.at("ports").get<std::vector<int>>()};
  result.keda = peer(part.at("keda"));
  result.prometheus = peer(part.at("prometheus"));
  result.flink_operator = peer(part.at("flinkOperator"));
  result.api_server_cidrs = texts(part, "apiServerCIDRs");
  result.blocked_cidrs = texts(part, "blockedCIDRs");
  return result;
}

Monitoring monitoring(const Json& part) {
  const Json& exporter = part.at("exporter");
  return {flag(part, "enabled"),
          flag(part, "scrapeAnnotations"),
          {optional_text(exporter, "image"), resources(exporter)}};
}

Spec typed(const Json& spec) {
  Spec result;
  result.profile = text(spec, "profile") == "Full" ? Profile::kFull : Profile::kMinimal;
  result.paused = flag(spec, "paused");
  result.image_pull_secrets = texts(spec, "imagePullSecrets");
  result.guardrails = guardrails(spec.at("guardrails"));
  result.redpanda = redpanda(spec.at("redpanda"), result.profile);
  result.falkordb = store<Falkordb>(spec.at("falkordb"), result.profile);
  result.valkey = valkey(spec.at("valkey"), result.profile);
  result.worker = worker(spec.at("worker"));
  result.flink = flink(spec.at("flink"));
  result.network_policy = network_policies(spec.at("networkPolicy"));
  result.monitoring = monitoring(spec.at("monitoring"));
  result.secrets.credentials = text(spec.at("secrets"), "credentials") == "Generated"
                                   ? Credential::kGenerated
                                   : Credential::kProvided;
  result.volumes = text(spec.at("retention"), "volumes") == "Retain" ? VolumeRetention::kRetain
                                                                     : VolumeRetention::kDelete;
  return result;
}

}  // namespace

std::string HostPort::to_string() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string_view to_string(SecurityProtocol protocol) {
  return protocol == SecurityProtocol::kSaslSsl ? "SASL_SSL" : "SASL_PLAINTEXT";
}

std::string_view to_string(SaslMechanism mechanism) {
  if (mechanism == SaslMechanism::kPlain) return "PLAIN";
  return mechanism == SaslMechanism::kScramSha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
}

const Json& crd() {
  static const Json parsed = base::parse_yaml(kCrdText).at(0);
  return parsed;
}

const Json& spec_schema() {
  static const Json::json_pointer spec("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
  static const Json schema = schema_with_defaults(crd().at(spec), default_values());
  return schema;
}

Spec parse_spec(const Json& spec) {
  try {
    return typed(with_defaults(spec.is_null() ? Json::object() : spec, spec_schema()));
  } catch (const std::out_of_range& error) {
    throw std::invalid_argument(std::string("a number of the specification is too large: ") +
                                error.what());
  } catch (const Json::exception& error) {
    throw std::invalid_argument(std::string("the specification does not fit the schema: ") +
                                error.what());
  }
}

std::vector<Violation> check_spec(const Json& spec) {
  const Json complete = with_defaults(spec.is_null() ? Json::object() : spec, spec_schema());
  auto violations = schema_violations(complete, spec_schema(), "spec");
  return violations.empty() ? validate(parse_spec(spec)) : violations;
}

}  // namespace argus::adl
