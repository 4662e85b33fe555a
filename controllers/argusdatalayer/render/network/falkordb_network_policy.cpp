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

// Only the worker writes it, only argusctl's Jobs and its exporter read it besides, and it calls
// nobody.
MaybeObject falkordb_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  Json ingress = Json::array();
  if (spec.worker.enabled) {
    ingress.push_back(
        network::from(network::pods_of(part::kWorker, facts), network::tcp({port::kRedis})));
  }
  ingress.push_back(
      network::from(network::pods_with(network::argusctl_labels()), network::tcp({port::kRedis})));
  if (spec.monitoring.enabled) {
    ingress.push_back(network::from(network::pods_of(part::kFalkordbExporter, facts),
                                    network::tcp({port::kRedis})));
  }
  Json object = network::policy("falkordb-policy", part::kFalkordb,
                                selector_labels(part::kFalkordb, facts.name), facts);
  network::set_ingress(object, std::move(ingress));
  network::set_egress(object, Json::array());
  return object;
}

}  // namespace argus::adl::objects
