// kubeconfig files, parsed and merged: which cluster a context leads to, and as whom.
// Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ and
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ (merging).
//
// What would change who acts or which way is taken, and is not supported, is refused instead of
// ignored: impersonation, user name with password, auth-provider, proxy-url.
//
// Threads: values; functions are pure but for load_kubeconfig(), which reads the files.
// Failure: AccessError, one sentence that names the file, the entry, and what to write instead.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/exec_credentials.h"
#include "kube_object/object.h"

namespace argus::kube {

// A PEM text: in the kubeconfig itself, or in a file.
struct PemSource {
  std::string pem;
  std::string file;  // absolute; used when `pem` is empty
  [[nodiscard]] bool empty() const { return pem.empty() && file.empty(); }
};

struct KubeconfigCluster {
  std::string server;
  PemSource certificate_authority;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  Json exec_config;  // extension client.authentication.k8s.io/exec, for plugins; null without
};

struct KubeconfigUser {
  std::string token;
  std::string token_file;  // absolute; wins over `token`
  PemSource client_certificate;
  PemSource client_key;
  std::optional<ExecPlugin> exec;
  bool exec_wants_cluster = false;  // provideClusterInfo
};

struct KubeconfigContext {
  std::string cluster;
  std::string user;
  std::string ns;
};

struct Kubeconfig {
  std::string source;  // the files, for messages
  std::string current_context;
  std::map<std::string, KubeconfigContext> contexts;
  std::map<std::string, KubeconfigCluster> clusters;
  std::map<std::string, KubeconfigUser> users;
};

// `path`: where the text comes from; relative file names in it are relative to its directory.
Kubeconfig parse_kubeconfig(std::string_view text, const std::string& path);

// The first file to set a value or an entry wins. Files that do not exist are passed over, unless
// none does.
Kubeconfig load_kubeconfig(const std::vector<std::string>& paths);

// The names in the value of KUBECONFIG, which are separated by colons.
std::vector<std::string> split_kubeconfig_list(std::string_view list);

}  // namespace argus::kube
