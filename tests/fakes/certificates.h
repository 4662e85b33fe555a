// Certificates for tests, made in the process: a CA and what it signs. ECDSA P-256.
//
// Threads: values. Failure: std::runtime_error when OpenSSL refuses.
#pragma once

#include <memory>
#include <string>

namespace argus::fakes {

struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};

class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& common_name);
  ~CertificateAuthority();

  [[nodiscard]] const std::string& certificate_pem() const;

  // `alternative_names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1"; empty for none. Valid
  // from an hour ago until `valid_for_seconds` from now, which may lie in the past.
  [[nodiscard]] Identity issue(const std::string& common_name, const std::string& alternative_names,
                               long valid_for_seconds = 3600) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::fakes
