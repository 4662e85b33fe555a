// What a TLS client trusts and how it proves itself, parsed once and applied to any number of
// OpenSSL contexts. It verifies the whole chain and the server's name or IP address by OpenSSL's
// own rules (RFC 6125: only subjectAltName counts, no partial wildcards) and remembers why a
// verification failed, which the libraries above lose.
//
// Threads: every method may be called from any thread. Ownership: an object outlives every
// handshake of the contexts it was applied to. Failure: the constructor throws
// std::invalid_argument that says which PEM text is wrong and why.
#pragma once

#include <memory>
#include <string>

// OpenSSL's SSL_CTX and SSL, named without its headers.
struct ssl_ctx_st;
struct ssl_st;

namespace argus::base {

struct TlsOptions {
  std::string ca_pem;  // certificates to trust, instead of the system's; empty: the system's
  std::string client_certificate_pem;  // the certificate, then its intermediates; empty: none
  std::string client_key_pem;          // not encrypted
  std::string server_name;  // the DNS name or IP address that the server's certificate must name
  bool insecure_skip_verify = false;
};

class TlsClient {
 public:
  explicit TlsClient(TlsOptions options);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // Trust, client certificate, TLS 1.2 or newer. The context's verify mode must be "peer" unless
  // insecure_skip_verify.
  void apply(ssl_ctx_st* context);
  // Server Name Indication (RFC 6066, section 3), before the handshake; IP addresses send none.
  void announce_server_name(ssl_st* connection) const;
  // Why the last verification failed, as a sentence's part; empty when none did. Forgets it.
  std::string take_failure();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::base
