// What rendering needs besides the spec: who the data layer is, what the operator's installation
// says, and what was observed on the API server. Gathered by the reconciler, made up by
// `argus-operator render` and the golden tests: with the same spec and facts, render() gives the
// same objects.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace argus::adl {

// The images of a data layer, for resources that name none. A digest (name@sha256:...) is as good
// as a tag. The versions are what the tests run (deploy/images/), or the published ones nearest to
// it: Debian's Valkey 8.1.1 has the corrections of 8.1.4, and of Redpanda only the interfaces are
// tested.
struct Images {
  std::string redpanda = "docker.redpanda.com/redpandadata/redpanda:v26.1.9";
  std::string falkordb = "falkordb/falkordb:v4.16.3";
  std::string valkey = "valkey/valkey:8.1.4-alpine";
  std::string redis_exporter = "oliver006/redis_exporter:v1.69.0";
  std::string worker = "ghcr.io/samuelvinay91/argus-worker:0.1.0";
  std::string flink = "flink:1.20-java17";
  std::string tools = "ghcr.io/samuelvinay91/argusctl:0.1.0";  // holds argusctl
};

// What the operator's own configuration says: the same for every data layer.
struct Installation {
  Images images;
  std::string cluster_domain = "cluster.local";
  // Where the operator runs, and how its pods are told from others: it is let in by
  // NetworkPolicies.
  std::string operator_namespace = "argus-system";
  // Addresses of the API server as pods see it after translation (the endpoints of the Service
  // default/kubernetes); Flink's JobManager may talk to them. Empty: any address on these ports.
  std::vector<std::string> api_server_addresses;
  int api_server_port = 443;
};

// A credential is empty when it is not known: then the Secret that holds it is not rendered.
struct Credentials {
  std::string redpanda_admin;    // user admin
  std::string redpanda_service;  // user argus-service
  std::string falkordb;
  std::string valkey;
  // Of user argus-service, while the brokers do not have redpanda_service yet; else empty.
  std::string redpanda_former = {};

  // What clients of the brokers log in with.
  [[nodiscard]] const std::string& redpanda_clients() const {
    return redpanda_former.empty() ? redpanda_service : redpanda_former;
  }
};

// Kinds that a cluster may lack, and whether this one serves them now.
struct OptionalKinds {
  bool keda = false;   // keda.sh/v1alpha1 ScaledObject and TriggerAuthentication
  bool flink = false;  // flink.apache.org/v1beta1 FlinkDeployment
};

// Who a data layer is, and what was observed about it.
struct Facts {
  std::string ns;
  std::string name;  // of the ArgusDataLayer
  std::string uid;   // empty: not known, as when rendering without a cluster; nothing is owned then
  Installation installation;
  OptionalKinds kinds;
  Credentials credentials;
  // By Secret name: the material_hash() of what the pods read from it. A change rolls them.
  std::map<std::string, std::string> secret_hashes;
  std::string secret_salt;  // what they were made with; empty: not known
  // Secrets that hold what nobody may be started with: what reads them stays as it is.
  std::set<std::string> unusable_secrets;
};

}  // namespace argus::adl
