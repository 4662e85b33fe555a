#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/autoscaling/autoscaler.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {
namespace {

Json client_rules(const NetworkPolicies& policies) {
  Json rules = Json::array();
  for (const NetworkClient& client : policies.clients) {
    Json peers = client.peer ? network::peer(*client.peer) : Json::array();
    for (Json& entry : network::addresses(client.cidrs)) peers.push_back(std::move(entry));
    if (!peers.empty()) {
      rules.push_back(network::from(std::move(peers), network::tcp(network::client_ports(client))));
    }
  }
  return rules;
}

Json operator_pods(const Facts& facts) {
  Peer pods;
  pods.namespace_labels[std::string(label::kNamespaceName)] = facts.installation.operator_namespace;
  pods.pod_labels[std::string(label::kName)] = kManagedBy;
  return network::peer(pods);
}

}  // namespace

MaybeObject redpanda_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  const Json brokers = network::pods_of(part::kRedpanda, facts);
  const Json between_brokers =
      network::tcp({port::kRedpandaRpc, port::kKafka, port::kRedpandaAdmin});
  Json ingress = Json::array();
  ingress.push_back(network::from(brokers, between_brokers));
  ingress.push_back(network::from(network::pods_of(part::kRedpandaSetup, facts),
                                  network::tcp({port::kKafka, port::kRedpandaAdmin})));
  if (spec.worker.enabled) {
    ingress.push_back(
        network::from(network::pods_of(part::kWorker, facts), network::tcp({port::kKafka})));
  }
  ingress.push_back(
      network::from(network::pods_with(network::argusctl_labels()), network::tcp({port::kKafka})));
  if (spec.flink.enabled) {
    ingress.push_back(network::from(network::pods_of(part::kFlink, facts),
                                    network::tcp({port::kKafka, port::kSchemaRegistry})));
  }
  if (autoscaler_of(spec, facts.kinds) == Autoscaler::kKeda) {
    ingress.push_back(
        network::from(network::peer(spec.network_policy.keda), network::tcp({port::kKafka})));
  }
  if (spec.monitoring.enabled) {
    ingress.push_back(network::from(network::peer(spec.network_policy.prometheus),
                                    network::tcp({port::kRedpandaAdmin})));
  }
  ingress.push_back(
      network::from(operator_pods(facts), network::tcp({port::kKafka, port::kRedpandaAdmin})));
  for (Json& rule : client_rules(spec.network_policy)) ingress.push_back(std::move(rule));

  Json object = network::policy("redpanda-policy", part::kRedpanda,
                                selector_labels(part::kRedpanda, facts.name), facts);
  network::set_ingress(object, std::move(ingress));
  network::set_egress(object, Json::array({network::to(brokers, between_brokers)}));
  return object;
}

}  // namespace argus::adl::objects
