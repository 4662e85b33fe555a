#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {

// The reference's rule that lets every pod of the namespace talk to every other; off by default.
MaybeObject namespace_internal_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || !spec.network_policy.allow_namespace_traffic) {
    return std::nullopt;
  }
  Json everyone = Json::object();
  everyone["podSelector"] = Json::object();
  const Json peers = Json::array({everyone});
  Json object =
      network::policy("allow-namespace-internal", part::kDataLayer, Json::object(), facts);
  network::set_ingress(object, Json::array({network::from(peers, Json::array())}));
  network::set_egress(object, Json::array({network::to(peers, Json::array())}));
  return object;
}

}  // namespace argus::adl::objects
