#include "base/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace argus::base {
namespace {

template <auto free_function>
struct Free {
  template <typename Pointer>
  void operator()(Pointer* pointer) const {
    free_function(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;

// OpenSSL's newest complaint; the queue is empty afterwards.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

Bio reader_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL would otherwise ask for the password on the terminal.
int no_password(char*, int, int, void*) { return 0; }

std::vector<Certificate> parse_certificates(const std::string& pem, const char* what) {
  std::vector<Certificate> certificates;
  const Bio reader = reader_of(pem);
  ERR_clear_error();
  while (Certificate next{PEM_read_bio_X509(reader.get(), nullptr, no_password, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  // The end of the text is reported as "no start line"; anything else is damage.
  const unsigned long code = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  if (certificates.empty() || !at_end) {
    throw std::invalid_argument(std::string(what) + " is not a PEM certificate (" +
                                openssl_reason() +
                                "); it must start with -----BEGIN CERTIFICATE-----.");
  }
  ERR_clear_error();
  return certificates;
}

Key parse_key(const std::string& pem) {
  const Bio reader = reader_of(pem);
  Key key{PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, nullptr)};
  if (!key) {
    throw std::invalid_argument("The client key is not an unencrypted PEM private key (" +
                                openssl_reason() + ").");
  }
  return key;
}

bool is_ip_address(const std::string& text) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, text.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, text.c_str(), buffer) == 1;
}

int as_openssl_found(int verified, X509_STORE_CTX*) { return verified; }

}  // namespace

struct TlsClient::State {
  TlsOptions options;
  Store trusted;                      // null: the system's
  std::vector<Certificate> identity;  // the client's certificate, then its intermediates
  Key key;
  Mutex mutex;
  std::string failure ARGUS_GUARDED_BY(mutex);

  void expect_server_name(X509_VERIFY_PARAM* parameters) const {
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (is_ip_address(options.server_name)) {
      X509_VERIFY_PARAM_set1_ip_asc(parameters, options.server_name.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(parameters, options.server_name.data(),
                                  options.server_name.size());
    }
  }

  void remember_failure(int error) {
    std::string reason = X509_verify_cert_error_string(error);
    if (error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH) {
      reason = "the server's certificate does not name " + options.server_name;
    } else if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
               error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
               error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
      reason = "the server's certificate is not signed by a trusted CA (" + reason + ")";
    }
    const MutexLock lock(mutex);
    failure = std::move(reason);
  }

  // Takes the place of X509_verify_cert() in a handshake.
  static int verify(X509_STORE_CTX* chain, void* data) {
    auto* state = static_cast<State*>(data);
    X509_STORE_CTX_set_verify_cb(chain, as_openssl_found);
    state->expect_server_name(X509_STORE_CTX_get0_param(chain));
    const int verified = X509_verify_cert(chain);
    if (verified <= 0) state->remember_failure(X509_STORE_CTX_get_error(chain));
    return verified;
  }
};

TlsClient::TlsClient(TlsOptions options) : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.options = std::move(options);
  if (!state.options.ca_pem.empty()) {
    state.trusted.reset(X509_STORE_new());
    // A certificate that was named is trusted, whether it signed itself or not, as Go has it.
    X509_STORE_set_flags(state.trusted.get(), X509_V_FLAG_PARTIAL_CHAIN);
    for (const Certificate& authority : parse_certificates(state.options.ca_pem, "The CA")) {
      X509_STORE_add_cert(state.trusted.get(), authority.get());
    }
  }
  if (state.options.client_certificate_pem.empty() != state.options.client_key_pem.empty()) {
    throw std::invalid_argument("A client certificate and its key come together: one is missing.");
  }
  if (!state.options.client_certificate_pem.empty()) {
    state.identity =
        parse_certificates(state.options.client_certificate_pem, "The client certificate");
    state.key = parse_key(state.options.client_key_pem);
    if (X509_check_private_key(state.identity.front().get(), state.key.get()) != 1) {
      throw std::invalid_argument("The client key does not belong to the client certificate (" +
                                  openssl_reason() + ").");
    }
  }
}

TlsClient::~TlsClient() = default;

void TlsClient::apply(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (state_->trusted) SSL_CTX_set1_cert_store(context, state_->trusted.get());
  if (!state_->options.insecure_skip_verify) {
    SSL_CTX_set_cert_verify_callback(context, State::verify, state_.get());
  }
  if (!state_->key) return;
  SSL_CTX_use_certificate(context, state_->identity.front().get());
  for (std::size_t i = 1; i < state_->identity.size(); ++i) {
    SSL_CTX_add1_chain_cert(context, state_->identity[i].get());
  }
  SSL_CTX_use_PrivateKey(context, state_->key.get());
}

void TlsClient::announce_server_name(ssl_st* connection) const {
  if (is_ip_address(state_->options.server_name) || SSL_is_init_finished(connection) == 1) return;
  SSL_set_tlsext_host_name(connection, state_->options.server_name.c_str());
}

std::string TlsClient::take_failure() {
  const MutexLock lock(state_->mutex);
  return std::exchange(state_->failure, "");
}

}  // namespace argus::base
