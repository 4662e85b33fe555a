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

// It talks to the brokers alone, and nobody to it.
MaybeObject redpanda_setup_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object = network::policy("redpanda-setup-policy", part::kRedpandaSetup,
                                selector_labels(part::kRedpandaSetup, facts.name), facts);
  network::set_ingress(object, Json::array());
  network::set_egress(
      object, Json::array({network::to(network::pods_of(part::kRedpanda, facts),
                                       network::tcp({port::kKafka, port::kRedpandaAdmin}))}));
  return object;
}

}  // namespace argus::adl::objects
