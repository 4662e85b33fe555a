#include "kube/exec_credentials.h"

#include <optional>
#include <system_error>
#include <utility>

#include "base/mutex.h"
#include "base/run_child.h"

namespace argus::kube {
namespace {

// A plugin may ask a distant identity provider, twice.
constexpr std::chrono::seconds kPluginTimeout{60};
// A token and a certificate chain have a few KiB.
constexpr std::size_t kPluginOutputBytesMax = std::size_t{1} << 20;
// A 401 this soon after a run is not cured by another run.
constexpr std::chrono::seconds kRunAgainAfter{10};

struct Issued {
  base::RequestCredentials credentials;
  std::optional<base::Clock::Wall> expires;  // none: valid until refused
};

std::string named(const ExecPlugin& plugin) { return "The credential plugin " + plugin.command; }

// What the plugin is told about us (KUBERNETES_EXEC_INFO).
std::string exec_info(const ExecPlugin& plugin) {
  Json info = Json::object();
  info["apiVersion"] = plugin.api_version;
  info["kind"] = "ExecCredential";
  info["spec"] = Json::object();
  info["spec"]["interactive"] = false;
  if (!plugin.cluster.is_null()) info["spec"]["cluster"] = plugin.cluster;
  return info.dump();
}

base::ChildResult run(const ExecPlugin& plugin, std::stop_token stop) {
  base::ChildProcess process{plugin.command, plugin.arguments, plugin.environment, kPluginTimeout,
                             kPluginOutputBytesMax};
  process.environment["KUBERNETES_EXEC_INFO"] = exec_info(plugin);
  try {
    return base::run_child(process, std::move(stop));
  } catch (const std::system_error& error) {
    std::string message = named(plugin) + " cannot be started: " + error.code().message() + ".";
    if (!plugin.install_hint.empty()) message += " " + plugin.install_hint;
    throw AccessError(message);
  }
}

void require_success(const ExecPlugin& plugin, const base::ChildResult& result) {
  const std::string said = result.errors.empty() ? "" : " It said: " + result.errors;
  switch (result.end) {
    case base::ChildResult::End::kExited:
      if (result.code == 0) return;
      throw AccessError(named(plugin) + " failed with exit code " + std::to_string(result.code) +
                        "." + said);
    case base::ChildResult::End::kKilledBySignal:
      throw AccessError(named(plugin) + " was killed by signal " + std::to_string(result.code) +
                        "." + said);
    case base::ChildResult::End::kTimeout:
      throw AccessError(named(plugin) + " did not finish within " +
                        std::to_string(kPluginTimeout.count()) +
                        " s; it cannot ask anybody, for it has no terminal." + said);
    case base::ChildResult::End::kTooMuchOutput:
      throw AccessError(named(plugin) + " printed more than " +
                        std::to_string(kPluginOutputBytesMax) + " bytes.");
    case base::ChildResult::End::kStopped:
      throw base::TransportError(base::TransportError::Kind::kCancelled,
                                 named(plugin) + " was stopped.");
  }
}

// The output is never quoted: it holds secrets.
Issued issued_from(const ExecPlugin& plugin, const std::string& output) {
  const Json credential = Json::parse(output, nullptr, /*allow_exceptions=*/false);
  if (!credential.is_object() || text_member(credential, "kind") != "ExecCredential") {
    throw AccessError(named(plugin) + " did not print an ExecCredential in JSON.");
  }
  if (text_member(credential, "apiVersion") != plugin.api_version) {
    throw AccessError(named(plugin) + " answered with apiVersion \"" +
                      text_member(credential, "apiVersion") + "\" where the kubeconfig says \"" +
                      plugin.api_version + "\"; make them the same.");
  }
  const auto status = credential.find("status");
  if (status == credential.end() || !status->is_object()) {
    throw AccessError(named(plugin) + " printed an ExecCredential without a status.");
  }
  Issued issued;
  issued.credentials = {text_member(*status, "token"),
                        text_member(*status, "clientCertificateData"),
                        text_member(*status, "clientKeyData")};
  const bool certificate = !issued.credentials.client_certificate_pem.empty();
  if (certificate != !issued.credentials.client_key_pem.empty()) {
    throw AccessError(named(plugin) +
                      " printed one of clientCertificateData and clientKeyData without the other.");
  }
  if (!certificate && issued.credentials.bearer_token.empty()) {
    throw AccessError(named(plugin) + " printed neither a token nor a client certificate.");
  }
  const std::string expires = text_member(*status, "expirationTimestamp");
  if (!expires.empty()) {
    issued.expires = base::from_rfc3339(expires);
    if (!issued.expires) {
      throw AccessError(named(plugin) + " printed the expirationTimestamp \"" + expires +
                        "\", which is not an RFC 3339 time.");
    }
  }
  return issued;
}

class ExecCredentials final : public CredentialSource {
 public:
  ExecCredentials(ExecPlugin plugin, base::Clock& clock)
      : plugin_(std::move(plugin)), clock_(clock) {}

  base::RequestCredentials current(std::stop_token stop) override {
    base::MutexLock lock(mutex_);
    while (!usable()) {
      if (running_) {
        // Another thread runs the plugin: its credentials are ours too, its failure is its own.
        const auto ended = [this]() ARGUS_REQUIRES(mutex_) { return !running_; };
        if (!changed_.wait(lock, stop, ended)) throw cancelled();
        continue;
      }
      running_ = true;
      lock.unlock();
      run_plugin(stop);
      lock.lock();
    }
    return issued_->credentials;
  }

  bool refuse() override {
    const base::MutexLock lock(mutex_);
    if (issued_ && clock_.monotonic() - issued_at_ < kRunAgainAfter) return false;
    issued_.reset();
    return true;
  }

 private:
  [[nodiscard]] bool usable() const ARGUS_REQUIRES(mutex_) {
    return issued_ && (!issued_->expires || clock_.wall() < *issued_->expires);
  }

  [[nodiscard]] base::TransportError cancelled() const {
    return {base::TransportError::Kind::kCancelled, named(plugin_) + ": cancelled."};
  }

  // running_ keeps others away.
  void run_plugin(const std::stop_token& stop) ARGUS_EXCLUDES(mutex_) {
    std::optional<Issued> issued;
    std::exception_ptr failure;
    try {
      const base::ChildResult result = run(plugin_, stop);
      require_success(plugin_, result);
      issued = issued_from(plugin_, result.output);
      require_unexpired(*issued);
      require_usable(issued->credentials, named(plugin_));
      fill_in(issued->credentials);
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const base::MutexLock lock(mutex_);
      running_ = false;
      if (!failure) {
        issued_ = std::move(issued);
        issued_at_ = clock_.monotonic();
      }
    }
    changed_.notify_all();
    if (failure) std::rethrow_exception(failure);
  }

  // A plugin that hands out what has expired would be run for ever.
  void require_unexpired(const Issued& issued) const {
    if (issued.expires && *issued.expires <= clock_.wall()) {
      throw AccessError(named(plugin_) + " printed credentials that have expired already, at " +
                        base::to_rfc3339(*issued.expires) + "; log in again, or set the clock.");
    }
  }

  void fill_in(base::RequestCredentials& credentials) const {
    if (!credentials.client_certificate_pem.empty()) return;
    credentials.client_certificate_pem = plugin_.beside.client_certificate_pem;
    credentials.client_key_pem = plugin_.beside.client_key_pem;
  }

  const ExecPlugin plugin_;
  base::Clock& clock_;
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  bool running_ ARGUS_GUARDED_BY(mutex_) = false;
  std::optional<Issued> issued_ ARGUS_GUARDED_BY(mutex_);
  base::Clock::Monotonic issued_at_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<CredentialSource> exec_credentials(ExecPlugin plugin, base::Clock& clock) {
  return std::make_unique<ExecCredentials>(std::move(plugin), clock);
}

}  // namespace argus::kube
