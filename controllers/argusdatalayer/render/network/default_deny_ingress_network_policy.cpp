#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {

// Nobody may call a pod of the namespace, unless another policy says so.
MaybeObject default_deny_ingress_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled) return std::nullopt;
  Json object = network::policy("default-deny-ingress", part::kDataLayer, Json::object(), facts);
  network::set_ingress(object, Json::array());
  return object;
}

}  // namespace argus::adl::objects
