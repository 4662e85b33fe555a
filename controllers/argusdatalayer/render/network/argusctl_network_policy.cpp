#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {

// The Jobs of argusctl --in-cluster: like the worker they talk to brokers and graph, and nobody
// talks to them.
MaybeObject argusctl_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled) return std::nullopt;
  Json egress = Json::array({network::to_brokers(spec, facts)});
  if (spec.falkordb.mode != Mode::kDisabled) {
    egress.push_back(network::to_store(spec.falkordb.mode, spec.falkordb.external, part::kFalkordb,
                                       spec, facts));
  }
  Json object =
      network::policy("argusctl-policy", part::kDataLayer, network::argusctl_labels(), facts);
  network::set_ingress(object, Json::array());
  network::set_egress(object, std::move(egress));
  return object;
}

}  // namespace argus::adl::objects
