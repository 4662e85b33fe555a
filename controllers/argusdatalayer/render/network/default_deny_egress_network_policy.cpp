#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {

// No pod of the namespace may call anybody, except to resolve names.
MaybeObject default_deny_egress_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled) return std::nullopt;
  const Dns& dns = spec.network_policy.dns;
  Json peers = Json::array();
  if (!dns.peer.namespace_labels.empty() || !dns.peer.pod_labels.empty()) {
    peers = network::peer(dns.peer);
  }
  for (Json& entry : network::addresses(dns.cidrs)) peers.push_back(std::move(entry));
  Json object = network::policy("default-deny-egress", part::kDataLayer, Json::object(), facts);
  Json egress = Json::array();
  // A rule without peers would let every address in.
  if (!peers.empty()) {
    egress.push_back(network::to(std::move(peers), network::udp_and_tcp(dns.ports)));
  }
  network::set_egress(object, std::move(egress));
  return object;
}

}  // namespace argus::adl::objects
