// How to reach an API server and as whom: from a kubeconfig or from the service account of the pod
// we run in. START HERE to get a Client:
//
//   const auto access = kube::find_cluster_access({.kubeconfig = flag}, base::system_clock());
//   auto client = kube::connect(access, {.user_agent = "argus-operator/0.1.0"}, clock, metrics);
//
// Threads: pure values; find_cluster_access() reads the environment, so call it before threads
// change it. Ownership: the credentials are shared by every client that is made from one access;
// the clock outlives them. Failure: AccessError, one sentence for people.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "kube/client.h"
#include "kube/credentials.h"
#include "kube/kubeconfig.h"
#include "kube/rest_client.h"

namespace argus::kube {

struct ClusterAccess {
  std::string source;  // for the log: "context kind-argus of /root/.kube/config"
  std::string server;  // https://127.0.0.1:6443
  std::string ca_pem;  // empty: the system's trust store
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string ns;  // the context's or the pod's namespace; "default" when there is none
  std::shared_ptr<CredentialSource> credentials;
};

struct ClusterAccessOptions {
  std::string kubeconfig{};  // the flag's value: one file, which must exist
  std::string context{};     // instead of the kubeconfig's current context
  // Where a pod finds its service account.
  std::string service_account_directory = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// Looks in controller-runtime's order: the flag, KUBECONFIG, the service account of the pod (where
// KUBERNETES_SERVICE_HOST is set), $HOME/.kube/config.
ClusterAccess find_cluster_access(const ClusterAccessOptions& options, base::Clock& clock);

ClusterAccess access_from_kubeconfig(const Kubeconfig& config, const std::string& context,
                                     base::Clock& clock);

// KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, and the files of the service account.
ClusterAccess access_in_cluster(const std::string& host, const std::string& port,
                                const std::string& service_account_directory, base::Clock& clock);

// `options.host` and `options.on_unauthorized` are set from the access.
std::unique_ptr<Client> connect(const ClusterAccess& access, RestClientOptions options,
                                base::Clock& clock, base::Metrics& metrics);

}  // namespace argus::kube
