#include "kube/cluster_access.h"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "base/base64.h"
#include "base/http/cpprest_transport.h"
#include "kube/credentials.h"

namespace argus::kube {
namespace {

// The DNS name of the Service "kubernetes", as the API server's own certificates have it.
const std::string kApiServerName = "kubernetes.default.svc";

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): see the header
  return value == nullptr ? "" : value;
}

std::string pem_of(const PemSource& source, const std::string& what) {
  if (!source.pem.empty() || source.file.empty()) return source.pem;
  return read_access_file(source.file, what);
}

template <typename Value>
std::string names_in(const std::map<std::string, Value>& entries) {
  std::string names;
  for (const auto& [name, value] : entries) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

template <typename Value>
const Value& entry_of(const std::map<std::string, Value>& entries, const std::string& name,
                      const std::string& asked_by, const std::string& kind) {
  const auto found = entries.find(name);
  if (found != entries.end()) return found->second;
  throw AccessError(asked_by + " names the " + kind + " \"" + name +
                    "\", which is not there; there are: " + names_in(entries) + ".");
}

const KubeconfigContext& context_of(const Kubeconfig& config, const std::string& name) {
  if (name.empty()) {
    throw AccessError("The kubeconfig " + config.source +
                      " has no current context; choose one with --context or with kubectl config "
                      "use-context. There are: " +
                      names_in(config.contexts) + ".");
  }
  return entry_of(config.contexts, name, "The kubeconfig " + config.source, "context");
}

// What a plugin is told about the cluster: client.authentication.k8s.io Cluster.
Json cluster_info(const KubeconfigCluster& cluster, const std::string& ca_pem) {
  Json info = Json::object();
  info["server"] = cluster.server;
  if (!cluster.tls_server_name.empty()) info["tls-server-name"] = cluster.tls_server_name;
  if (cluster.insecure_skip_tls_verify) info["insecure-skip-tls-verify"] = true;
  if (!ca_pem.empty()) info["certificate-authority-data"] = base::base64_encode(ca_pem);
  if (!cluster.exec_config.is_null()) info["config"] = cluster.exec_config;
  return info;
}

// A token of the kubeconfig goes before a plugin, as client-go has it.
std::shared_ptr<CredentialSource> credentials_of(const KubeconfigUser& user,
                                                 const std::string& whose, Json cluster,
                                                 base::Clock& clock) {
  base::RequestCredentials credentials;
  credentials.bearer_token = user.token;
  credentials.client_certificate_pem = pem_of(user.client_certificate, "The client certificate");
  credentials.client_key_pem = pem_of(user.client_key, "The client key");
  require_usable(credentials, whose);
  if (!user.token_file.empty()) {
    return token_file_credentials(user.token_file, std::move(credentials), clock);
  }
  if (user.token.empty() && user.exec) {
    ExecPlugin plugin = *user.exec;
    if (user.exec_wants_cluster) plugin.cluster = std::move(cluster);
    plugin.beside = std::move(credentials);
    return exec_credentials(std::move(plugin), clock);
  }
  return fixed_credentials(std::move(credentials));
}

// "127.0.0.1:6443" of "https://127.0.0.1:6443/prefix"
std::string host_of(const std::string& server) {
  const std::size_t scheme = server.find("://");
  const std::size_t start = scheme == std::string::npos ? 0 : scheme + 3;
  return server.substr(start, server.find('/', start) - start);
}

}  // namespace

ClusterAccess access_from_kubeconfig(const Kubeconfig& config, const std::string& context,
                                     base::Clock& clock) {
  const std::string& name = context.empty() ? config.current_context : context;
  const KubeconfigContext& chosen = context_of(config, name);
  const std::string asked_by = "The context \"" + name + "\" of the kubeconfig " + config.source;
  const auto& cluster = entry_of(config.clusters, chosen.cluster, asked_by, "cluster");
  const KubeconfigUser anonymous;
  const auto& user =
      chosen.user.empty() ? anonymous : entry_of(config.users, chosen.user, asked_by, "user");
  ClusterAccess access;
  access.source = "context " + name + " of " + config.source;
  access.server = cluster.server;
  access.ca_pem = pem_of(cluster.certificate_authority, "The certificate authority");
  access.tls_server_name = cluster.tls_server_name;
  access.insecure_skip_tls_verify = cluster.insecure_skip_tls_verify;
  access.ns = chosen.ns.empty() ? "default" : chosen.ns;
  access.credentials =
      credentials_of(user, "The user \"" + chosen.user + "\" of the kubeconfig " + config.source,
                     cluster_info(cluster, access.ca_pem), clock);
  return access;
}

ClusterAccess access_in_cluster(const std::string& host, const std::string& port,
                                const std::string& service_account_directory, base::Clock& clock) {
  // An IPv6 address cannot be asked for (see cpprest_transport.h); the name, which every API
  // server's certificate has, resolves to it.
  const bool ipv6 = host.find(':') != std::string::npos;
  ClusterAccess access;
  access.source = "the service account of this pod";
  access.server = "https://" + (ipv6 ? kApiServerName : host) + ":" + port;
  access.ca_pem = read_access_file(service_account_directory + "/ca.crt",
                                   "The service account's certificate authority");
  access.ns =
      read_access_file(service_account_directory + "/namespace", "The service account's namespace");
  access.credentials = token_file_credentials(service_account_directory + "/token", {}, clock);
  return access;
}

ClusterAccess find_cluster_access(const ClusterAccessOptions& options, base::Clock& clock) {
  const auto from = [&](const std::vector<std::string>& paths) {
    return access_from_kubeconfig(load_kubeconfig(paths), options.context, clock);
  };
  if (!options.kubeconfig.empty()) return from({options.kubeconfig});
  const auto listed = split_kubeconfig_list(from_environment("KUBECONFIG"));
  if (!listed.empty()) return from(listed);
  const std::string host = from_environment("KUBERNETES_SERVICE_HOST");
  const std::string port = from_environment("KUBERNETES_SERVICE_PORT");
  // A context is a kubeconfig's: who asks for one does not mean the pod's service account.
  if (!host.empty() && !port.empty() && options.context.empty()) {
    return access_in_cluster(host, port, options.service_account_directory, clock);
  }
  const std::string home = from_environment("HOME");
  if (home.empty()) {
    throw AccessError("No cluster is named; write --kubeconfig FILE, or set KUBECONFIG.");
  }
  return from({home + "/.kube/config"});
}

std::unique_ptr<Client> connect(const ClusterAccess& access, RestClientOptions options,
                                base::Clock& clock, base::Metrics& metrics) {
  base::TransportOptions transport;
  transport.base_url = access.server;
  transport.ca_pem = access.ca_pem;
  transport.server_name = access.tls_server_name;
  transport.insecure_skip_tls_verify = access.insecure_skip_tls_verify;
  transport.credentials = [source = access.credentials](std::stop_token stop) {
    return source->current(std::move(stop));
  };
  options.host = host_of(access.server);
  options.on_unauthorized = [source = access.credentials] { return source->refuse(); };
  try {
    return make_rest_client(base::make_cpprest_transport(std::move(transport)), std::move(options),
                            clock, metrics);
  } catch (const std::invalid_argument& error) {
    throw AccessError("The cluster of " + access.source + ": " + error.what());
  }
}

}  // namespace argus::kube
