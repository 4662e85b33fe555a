#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {
namespace {

constexpr int kHttps = 443;
constexpr int kPostgres = 5432;
constexpr int kBolt = 7687;

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

MaybeObject worker_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || !spec.worker.enabled) return std::nullopt;
  Json ingress = Json::array();
  if (spec.monitoring.enabled) {
    ingress.push_back(network::from(network::peer(spec.network_policy.prometheus),
                                    network::tcp({port::kWorkerHttp})));
  }
  Json egress = Json::array({network::to_brokers(spec, facts)});
  if (spec.falkordb.mode != Mode::kDisabled) {
    egress.push_back(network::to_store(spec.falkordb.mode, spec.falkordb.external, part::kFalkordb,
                                       spec, facts));
  }
  if (spec.valkey.mode != Mode::kDisabled) {
    egress.push_back(
        network::to_store(spec.valkey.mode, spec.valkey.external, part::kValkey, spec, facts));
  }
  add_services_outside(spec, egress);
  Json object = network::policy("cognee-worker-policy", part::kWorker,
                                selector_labels(part::kWorker, facts.name), facts);
  network::set_ingress(object, std::move(ingress));
  network::set_egress(object, std::move(egress));
  return object;
}

}  // namespace argus::adl::objects
