// Where a client's proof of identity comes from, asked anew for every request.
//
// Threads: every method may be called from any thread; current() may block its caller until `stop`.
// Failure: AccessError, one sentence for people, when there are no credentials to be had.
#pragma once

#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/http/transport.h"

namespace argus::kube {

// The cluster cannot be reached because of what a person has to change: a kubeconfig, a file, a
// plugin.
class AccessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  [[nodiscard]] virtual base::RequestCredentials current(std::stop_token stop) = 0;
  // The server answered 401; true when current() may give other credentials now.
  virtual bool refuse() = 0;
};

// A file that names or proves who we are: a kubeconfig, a token, a certificate. `what` names it in
// the error's sentence: "The kubeconfig".
std::string read_access_file(const std::string& path, const std::string& what);

// AccessError that begins with `whose` when the client certificate or its key cannot be used.
void require_usable(const base::RequestCredentials& credentials, const std::string& whose);

// Always the same.
std::unique_ptr<CredentialSource> fixed_credentials(base::RequestCredentials credentials);

// `credentials` with the bearer token that a file holds, read again at most every minute: the
// kubelet replaces a service account's token long before it expires. A file that cannot be read any
// more is logged, and its last token is used on.
std::unique_ptr<CredentialSource> token_file_credentials(std::string path,
                                                         base::RequestCredentials credentials,
                                                         base::Clock& clock);

}  // namespace argus::kube
