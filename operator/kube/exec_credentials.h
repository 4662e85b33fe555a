// Credentials from a client-go credential plugin: a program that prints an ExecCredential.
// Source:
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
//
// The plugin runs without a shell and without a terminal, at the first request, when its
// credentials have expired (status.expirationTimestamp), and after a 401. One run serves all
// threads that wait for it.
//
// Threads: see credentials.h; no lock is held while the plugin runs.
// Failure: AccessError that says what the plugin did wrong, with the beginning of its standard
// error.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/credentials.h"
#include "kube_object/object.h"

namespace argus::kube {

struct ExecPlugin {
  std::string api_version;  // client.authentication.k8s.io/v1 or /v1beta1
  std::string command;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::string install_hint;  // shown when the command does not exist
  Json cluster;              // for KUBERNETES_EXEC_INFO; null unless provideClusterInfo
  // A client certificate that the kubeconfig names beside the plugin.
  base::RequestCredentials beside;
};

std::unique_ptr<CredentialSource> exec_credentials(ExecPlugin plugin, base::Clock& clock);

}  // namespace argus::kube
