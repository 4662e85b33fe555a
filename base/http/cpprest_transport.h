// HttpTransport over cpprestsdk: TLS with a CA, a client certificate or a bearer token, connection
// reuse, time-outs, streaming, cancellation that takes effect at once. Its implementation is the
// only file that includes cpprestsdk's client.
//
// A streamed body is handed over piece by piece: the network thread waits until the caller has
// taken one before it reads the next, so that at most one piece (a chunk of the server's, or 64 KiB
// of a body that is not chunked) is held. A chunk is delivered as soon as it is complete.
//
// Threads: kNetworkThreads (cpprest_transport.cpp) network threads serve every transport of the
// process. Ownership: a transport may be destroyed when no call of it is under way; the sockets of
// cancelled calls are closed behind it. Redirects are not followed, proxies are not used. Failure:
// see transport.h; make_cpprest_transport() throws std::invalid_argument for a bad URL or PEM.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/http/transport.h"

namespace argus::base {

struct TransportOptions {
  std::string base_url;     // scheme, host, port and a path prefix: https://127.0.0.1:6443
  std::string ca_pem;       // empty: the system's trust store
  std::string server_name;  // what the certificate must name when it is not the URL's host
  bool insecure_skip_tls_verify = false;
  // Called before each request, on the thread that sends it; may block until `stop`. When the
  // client certificate is another than the last request's, connections are made anew.
  std::function<RequestCredentials(std::stop_token)> credentials;
};

std::unique_ptr<HttpTransport> make_cpprest_transport(TransportOptions options);

}  // namespace argus::base
