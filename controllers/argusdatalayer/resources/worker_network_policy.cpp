#include <set>

#include "argusdatalayer/network_rules.h"
#include "argusdatalayer/resources.h"

namespace argus::adl::resources {
namespace {

constexpr int kHttps = 443;
constexpr int kPostgres = 5432;
constexpr int kBolt = 7687;

Json store_rule(Mode mode, const ExternalStore& external, std::string_view part_name,
                const Spec& spec, const Facts& facts) {
  if (mode == Mode::kManaged) {
    return network::to(network::pods_of(part_name, facts), network::tcp({port::kRedis}));
  }
  return network::to(network::addresses_or_public(external.cidrs, spec.network_policy),
                     network::tcp({external.port}));
}

Json broker_rule(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode == Mode::kManaged) {
    return network::to(network::pods_of(part::kRedpanda, facts), network::tcp({port::kKafka}));
  }
  std::set<int> ports;
  for (const HostPort& server : spec.redpanda.external.bootstrap_servers) {
    ports.insert(server.port);
  }
  return network::to(
      network::addresses_or_public(spec.redpanda.external.cidrs, spec.network_policy),
      network::tcp({ports.begin(), ports.end()}));
}

// What the worker calls outside: only what the spec names.
void add_services_outside(const Spec& spec, Json& egress) {
  const Worker& worker = spec.worker;
  const auto add = [&](const std::vector<std::string>& cidrs, int number) {
    egress.push_back(network::to(network::addresses_or_public(cidrs, spec.network_policy),
                                 network::tcp({number})));
  };
  if (worker.llm || worker.embeddings) add({}, kHttps);
  if (worker.supabase) add(worker.supabase->cidrs, kPostgres);
  if (worker.neo4j) add(worker.neo4j->cidrs, kBolt);
}

}  // namespace

Object worker_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || !spec.worker.enabled) return std::nullopt;
  Json ingress = Json::array();
  if (spec.monitoring.enabled) {
    ingress.push_back(network::from(network::peer(spec.network_policy.prometheus),
                                    network::tcp({port::kWorkerHttp})));
  }
  Json egress = Json::array({broker_rule(spec, facts)});
  if (spec.falkordb.mode != Mode::kDisabled) {
    egress.push_back(
        store_rule(spec.falkordb.mode, spec.falkordb.external, part::kFalkordb, spec, facts));
  }
  if (spec.valkey.mode != Mode::kDisabled) {
    egress.push_back(
        store_rule(spec.valkey.mode, spec.valkey.external, part::kValkey, spec, facts));
  }
  add_services_outside(spec, egress);
  Json object = network::policy("cognee-worker-policy", part::kWorker,
                                selector_labels(part::kWorker, facts.name), facts);
  network::set_ingress(object, std::move(ingress));
  network::set_egress(object, std::move(egress));
  return object;
}

}  // namespace argus::adl::resources
