#include <set>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/flink/flink_labels.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/network_rules.h"
#include "argusdatalayer/render/network/objects.h"

namespace argus::adl::objects {
namespace {

// "https://host:8443/path" gives 8443; without a port, what the scheme means.
int port_of(const std::string& url) {
  constexpr int kHttp = 80;
  constexpr int kHttps = 443;
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find('/', host), url.size());
  const std::size_t colon = url.rfind(':', end);
  const std::size_t bracket = url.rfind(']', end);
  if (colon != std::string::npos && colon > host &&
      (bracket == std::string::npos || bracket < colon || bracket < host)) {
    return std::stoi(url.substr(colon + 1, end - colon - 1));
  }
  return url.rfind("http://", 0) == 0 ? kHttp : kHttps;
}

// The API server: JobManager and TaskManagers keep and read the metadata of high availability
// there. Policies see the address behind the Service's. When nobody knows it, the port is all that
// can be said.
Json api_server_rule(const Spec& spec, const Facts& facts) {
  const Installation& installation = facts.installation;
  std::set<int> ports = {443, 6443, installation.api_server_port};
  Json rule = Json::object();
  if (!spec.network_policy.api_server_cidrs.empty()) {
    rule["to"] = network::addresses(spec.network_policy.api_server_cidrs);
  } else if (!installation.api_server_addresses.empty()) {
    rule["to"] = network::addresses(installation.api_server_addresses);
  }
  rule["ports"] = network::tcp({ports.begin(), ports.end()});
  return rule;
}

Json brokers_rule(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode == Mode::kManaged) {
    return network::to(network::pods_of(part::kRedpanda, facts),
                       network::tcp({port::kKafka, port::kSchemaRegistry}));
  }
  std::set<int> ports;
  for (const HostPort& server : spec.redpanda.external.bootstrap_servers) {
    ports.insert(server.port);
  }
  return network::to(
      network::addresses_or_public(spec.redpanda.external.cidrs, spec.network_policy),
      network::tcp({ports.begin(), ports.end()}));
}

}  // namespace

MaybeObject flink_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || !spec.flink.enabled) return std::nullopt;
  const Json flink = network::pods_of(part::kFlink, facts);
  Json ingress = Json::array();
  // JobManager and TaskManagers choose ports among themselves.
  ingress.push_back(network::from(flink, Json::array()));
  ingress.push_back(network::from(network::peer(spec.network_policy.flink_operator),
                                  network::tcp({port::kFlinkRest})));
  if (spec.monitoring.enabled) {
    ingress.push_back(network::from(network::peer(spec.network_policy.prometheus),
                                    network::tcp({port::kFlinkMetrics})));
  }
  Json egress = Json::array();
  egress.push_back(network::to(flink, Json::array()));
  egress.push_back(brokers_rule(spec, facts));
  egress.push_back(api_server_rule(spec, facts));
  if (spec.flink.object_store) {
    const FlinkObjectStore& store = *spec.flink.object_store;
    egress.push_back(network::to(network::addresses_or_public(store.cidrs, spec.network_policy),
                                 network::tcp({store.endpoint ? port_of(*store.endpoint) : 443})));
  }
  Json object = network::policy("argus-flink-policy", part::kFlink, flink_pods(), facts);
  network::set_ingress(object, std::move(ingress));
  network::set_egress(object, std::move(egress));
  return object;
}

}  // namespace argus::adl::objects
