#include "fakes/certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <functional>
#include <stdexcept>

namespace argus::fakes {
namespace {

struct Free {
  void operator()(X509* pointer) const { X509_free(pointer); }
  void operator()(EVP_PKEY* pointer) const { EVP_PKEY_free(pointer); }
  void operator()(BIO* pointer) const { BIO_free(pointer); }
  void operator()(X509_EXTENSION* pointer) const { X509_EXTENSION_free(pointer); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("OpenSSL refuses: ") + what);
}

std::string pem_of(const std::function<int(BIO*)>& write) {
  const std::unique_ptr<BIO, Free> memory(BIO_new(BIO_s_mem()));
  require(write(memory.get()) == 1, "write PEM");
  char* data = nullptr;
  const long bytes = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(bytes)};
}

void extend(X509* certificate, X509* issuer, int name, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, name, value.c_str()));
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension.get(), -1);
}

Certificate make_certificate(const std::string& common_name, EVP_PKEY* key,
                             long valid_for_seconds) {
  static std::atomic<long> serial{1};
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_for_seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

struct CertificateAuthority::State {
  Key key;
  Certificate certificate;
  std::string pem;
};

CertificateAuthority::CertificateAuthority(const std::string& common_name)
    : state_(std::make_unique<State>()) {
  state_->key.reset(EVP_EC_gen("P-256"));
  state_->certificate = make_certificate(common_name, state_->key.get(), 86'400);
  X509* certificate = state_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  require(X509_sign(certificate, state_->key.get(), EVP_sha256()) > 0, "sign the CA");
  state_->pem = pem_of([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

CertificateAuthority::~CertificateAuthority() = default;

const std::string& CertificateAuthority::certificate_pem() const { return state_->pem; }

Identity CertificateAuthority::issue(const std::string& common_name,
                                     const std::string& alternative_names,
                                     long valid_for_seconds) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = make_certificate(common_name, key.get(), valid_for_seconds);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(state_->certificate.get()));
  if (!alternative_names.empty()) {
    extend(certificate.get(), state_->certificate.get(), NID_subject_alt_name, alternative_names);
  }
  require(X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) > 0, "sign");
  return {pem_of([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
          pem_of([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace argus::fakes
