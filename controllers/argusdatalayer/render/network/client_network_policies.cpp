#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {

// The way out of the clients that live in the namespace, where every pod is denied everything.
std::vector<Json> client_network_policies(const Spec& spec, const Facts& facts) {
  std::vector<Json> objects;
  if (!spec.network_policy.enabled || spec.redpanda.mode != Mode::kManaged) return objects;
  for (const NetworkClient& client : spec.network_policy.clients) {
    if (!client.peer || !client.peer->namespace_labels.empty()) continue;
    Json object = network::policy("client-" + client.name + "-policy", part::kRedpanda,
                                  Json(client.peer->pod_labels), facts);
    network::set_egress(object,
                        Json::array({network::to(network::pods_of(part::kRedpanda, facts),
                                                 network::tcp(network::client_ports(client)))}));
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace argus::adl::objects
