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

// Only the worker reads and writes it, only its exporter asks it how it is, and it calls nobody.
MaybeObject valkey_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || spec.valkey.mode != Mode::kManaged) return std::nullopt;
  Json ingress = Json::array();
  if (spec.worker.enabled) {
    ingress.push_back(
        network::from(network::pods_of(part::kWorker, facts), network::tcp({port::kRedis})));
  }
  if (spec.monitoring.enabled) {
    ingress.push_back(network::from(network::pods_of(part::kValkeyExporter, facts),
                                    network::tcp({port::kRedis})));
  }
  Json object = network::policy("valkey-policy", part::kValkey,
                                selector_labels(part::kValkey, facts.name), facts);
  network::set_ingress(object, std::move(ingress));
  network::set_egress(object, Json::array());
  return object;
}

}  // namespace argus::adl::objects
