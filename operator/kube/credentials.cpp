#include "kube/credentials.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "base/read_file.h"
#include "base/tls.h"

namespace argus::kube {
namespace {

// A kubeconfig of a thousand clusters has a few MiB.
constexpr std::size_t kAccessFileBytesMax = std::size_t{16} << 20;
// How old a token from a file may be.
constexpr std::chrono::minutes kTokenFileInterval{1};

std::string trimmed(const std::string& text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string::npos) return "";
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

class FixedCredentials final : public CredentialSource {
 public:
  explicit FixedCredentials(base::RequestCredentials credentials)
      : credentials_(std::move(credentials)) {}

  base::RequestCredentials current(std::stop_token) override { return credentials_; }
  bool refuse() override { return false; }

 private:
  const base::RequestCredentials credentials_;
};

class TokenFileCredentials final : public CredentialSource {
 public:
  TokenFileCredentials(std::string path, base::RequestCredentials credentials, base::Clock& clock)
      : path_(std::move(path)), credentials_(std::move(credentials)), clock_(clock) {
    credentials_.bearer_token = read_token();
    read_at_ = clock_.monotonic();
  }

  // The lock is held while the file is read: it is local and small, and the others need its token.
  base::RequestCredentials current(std::stop_token) override {
    const base::MutexLock lock(mutex_);
    const auto now = clock_.monotonic();
    if (!read_at_ || now - *read_at_ >= kTokenFileInterval) {
      read_at_ = now;
      try {
        credentials_.bearer_token = read_token();
      } catch (const AccessError& error) {
        base::log_warning("could not reread the token file; keeping the last token",
                          {{"error", error.what()}});
      }
    }
    return credentials_;
  }

  bool refuse() override {
    const base::MutexLock lock(mutex_);
    read_at_.reset();
    return true;
  }

 private:
  [[nodiscard]] std::string read_token() const {
    std::string token = trimmed(read_access_file(path_, "The token file"));
    if (token.empty()) throw AccessError("The token file " + path_ + " is empty.");
    return token;
  }

  const std::string path_;
  base::Mutex mutex_;
  base::RequestCredentials credentials_ ARGUS_GUARDED_BY(mutex_);
  std::optional<base::Clock::Monotonic> read_at_ ARGUS_GUARDED_BY(mutex_);  // empty: read at once
  base::Clock& clock_;
};

}  // namespace

std::string read_access_file(const std::string& path, const std::string& what) {
  auto read = base::read_file(path, kAccessFileBytesMax);
  if (const auto* problem = std::get_if<base::FileProblem>(&read)) {
    throw AccessError(what + " " + path + " " + problem->text);
  }
  return std::get<std::string>(std::move(read));
}

void require_usable(const base::RequestCredentials& credentials, const std::string& whose) {
  try {
    base::TlsOptions options;
    options.client_certificate_pem = credentials.client_certificate_pem;
    options.client_key_pem = credentials.client_key_pem;
    const base::TlsClient parsed(std::move(options));
  } catch (const std::invalid_argument& error) {
    throw AccessError(whose + ": " + error.what());
  }
}

std::unique_ptr<CredentialSource> fixed_credentials(base::RequestCredentials credentials) {
  return std::make_unique<FixedCredentials>(std::move(credentials));
}

std::unique_ptr<CredentialSource> token_file_credentials(std::string path,
                                                         base::RequestCredentials credentials,
                                                         base::Clock& clock) {
  return std::make_unique<TokenFileCredentials>(std::move(path), std::move(credentials), clock);
}

}  // namespace argus::kube
