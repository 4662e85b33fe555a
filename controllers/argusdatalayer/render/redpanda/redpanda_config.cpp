#include "argusdatalayer/render/redpanda/redpanda_config.h"

#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/render/yaml_writer.h"

namespace argus::adl {
namespace {

// What start.sh puts every address of the pod for: which that is depends on the pod's families.
// (Where the nameserver has only an IPv6 address, a broker finds the others from the version on
// that has redpanda-data/seastar#313.)
constexpr const char* kEveryAddress = "LISTEN_ADDRESS";

Json listener(int number) {
  Json result = Json::object();
  result["name"] = "internal";
  result["address"] = kEveryAddress;
  result["port"] = number;
  return result;
}

Json address(const std::string& host, int number) {
  Json result = Json::object();
  result["address"] = host;
  result["port"] = number;
  return result;
}

std::string node_configuration(const Spec& spec, const Facts& facts) {
  Json seeds = Json::array();
  Json brokers = Json::array();
  Json kafka_addresses = Json::array();
  Json admin_addresses = Json::array();
  for (int ordinal = 0; ordinal < spec.redpanda.replicas; ++ordinal) {
    const std::string host = broker_host(ordinal, facts);
    Json seed = Json::object();
    seed["host"] = address(host, port::kRedpandaRpc);
    seeds.push_back(std::move(seed));
    brokers.push_back(address(host, port::kKafka));
    kafka_addresses.push_back(host + ":" + std::to_string(port::kKafka));
    admin_addresses.push_back(host + ":" + std::to_string(port::kRedpandaAdmin));
  }
  Json file = Json::object();
  Json& node = file["redpanda"];
  node["data_directory"] = "/var/lib/redpanda/data";
  // The brokers form one cluster; none of them starts a cluster of its own.
  node["empty_seed_starts_cluster"] = false;
  node["seed_servers"] = std::move(seeds);
  node["rpc_server"] = address(kEveryAddress, port::kRedpandaRpc);
  node["admin"] = Json::array({listener(port::kRedpandaAdmin)});
  node["kafka_api"] = Json::array({listener(port::kKafka)});
  node["kafka_api"][0]["authentication_method"] = "sasl";
  Json& registry = file["schema_registry"]["schema_registry_api"];
  registry = Json::array({listener(port::kSchemaRegistry)});
  registry[0]["authentication_method"] = "http_basic";
  Json& proxy = file["pandaproxy"]["pandaproxy_api"];
  proxy = Json::array({listener(port::kHttpProxy)});
  proxy[0]["authentication_method"] = "http_basic";
  file["schema_registry_client"]["brokers"] = brokers;
  file["pandaproxy_client"]["brokers"] = std::move(brokers);
  file["rpk"]["kafka_api"]["brokers"] = std::move(kafka_addresses);
  file["rpk"]["admin_api"]["addresses"] = std::move(admin_addresses);
  return to_yaml(file);
}

std::string cluster_configuration(const Spec& spec) {
  Json file = Json::object();
  // Prometheus reads metrics from the Admin API's port, so that port must ask who is calling.
  file["admin_api_require_auth"] = true;
  file["auto_create_topics_enabled"] = false;
  file["default_topic_replications"] = spec.redpanda.replication_factor();
  file["enable_sasl"] = true;
  file["kafka_enable_authorization"] = true;
  file["superusers"] = Json::array({kRedpandaAdminUser});
  return to_yaml(file);
}

constexpr std::string_view kStartScript =
    "set -eu\n"
    "# A pod with an IPv6 address listens on ::, which takes its IPv4 connections, too.\n"
    "case $POD_IPS in *:*) any=:: ;; *) any=0.0.0.0 ;; esac\n"
    "# rpk writes to its configuration, so it gets a copy in a directory where it may.\n"
    "sed \"s/LISTEN_ADDRESS/'$any'/\" /etc/argus/redpanda.yaml > /etc/redpanda/redpanda.yaml\n"
    "cp /etc/argus/bootstrap.yaml /etc/redpanda/.bootstrap.yaml\n"
    "# The superuser of a new cluster; a cluster that exists takes no notice of it.\n"
    "RP_BOOTSTRAP_USER=$(head -n 1 /run/secrets/argus/users.txt)\n"
    "export RP_BOOTSTRAP_USER\n"
    "exec rpk redpanda start \"$@\"\n";

}  // namespace

std::map<std::string, std::string> redpanda_files(const Spec& spec, const Facts& facts) {
  return {{"redpanda.yaml", node_configuration(spec, facts)},
          {"bootstrap.yaml", cluster_configuration(spec)},
          {"start.sh", std::string(kStartScript)}};
}

std::vector<std::string> redpanda_arguments(const Spec& spec, const Facts& facts) {
  const RedpandaMemory memory = redpanda_memory(spec.redpanda.resources);
  const std::string host = "$(POD_NAME)." + service_host(part::kRedpanda, facts);
  const auto internal = [&](int number) {
    return "internal://" + host + ":" + std::to_string(number);
  };
  std::vector<std::string> arguments = {
      "--advertise-kafka-addr=" + internal(port::kKafka),
      "--advertise-pandaproxy-addr=" + internal(port::kHttpProxy),
      "--advertise-rpc-addr=" + host + ":" + std::to_string(port::kRedpandaRpc),
      "--smp=" + std::to_string(memory.smp),
      "--memory=" + std::to_string(memory.memory_mi) + "M",
      "--reserve-memory=" + std::to_string(memory.reserve_memory_mi) + "M",
      "--default-log-level=info",
  };
  // Less than a core is shared with others: then Seastar must not spin on it.
  if (memory.overprovisioned) arguments.emplace_back("--overprovisioned");
  return arguments;
}

}  // namespace argus::adl
