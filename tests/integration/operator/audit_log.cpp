#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "argusdatalayer/model/json.h"
#include "audit_log.h"
#include "kube_object/object.h"
#include "kubectl.h"

namespace argus::adl {
namespace {

using kube::Json;

constexpr std::chrono::seconds kSilenceDeadline{30};
constexpr std::chrono::milliseconds kPollInterval{20};

bool is_write(const std::string& verb) {
  return verb == "create" || verb == "update" || verb == "patch" || verb == "delete" ||
         verb == "deletecollection";
}

}  // namespace

std::string AuditedWrite::to_string() const {
  return verb + " " + resource + " " + name + " -> " + std::to_string(code);
}

AuditLog::AuditLog(std::string ns)
    : path_(test_environment("ARGUS_TEST_APISERVER_AUDIT_LOG")), ns_(std::move(ns)) {
  forget();
}

void AuditLog::forget() {
  std::error_code missing;
  const std::uintmax_t size = std::filesystem::file_size(path_, missing);
  if (missing) throw std::runtime_error("the audit log " + path_ + " cannot be read");
  position_ = static_cast<std::size_t>(size);
  rest_.clear();
  writes_.clear();
}

std::vector<AuditedWrite> AuditLog::writes() {
  read();
  return writes_;
}

void AuditLog::read() {
  std::ifstream file(path_, std::ios::binary);
  if (std::filesystem::file_size(path_) < position_) position_ = 0;  // it was rotated
  file.seekg(static_cast<std::streamoff>(position_));
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  position_ += text.size();
  rest_ += text;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos;
       end = rest_.find('\n', begin)) {
    const std::string_view line(rest_.data() + begin, end - begin);
    begin = end + 1;
    if (line.find("\"argus-operator/") == std::string_view::npos) continue;
    const Json entry = Json::parse(line);
    const Json reference = entry.value("objectRef", Json::object());
    const std::string verb = entry.value("verb", "");
    const std::string resource = reference.value("resource", "");
    if (entry.value("userAgent", "").rfind("argus-operator/", 0) != 0 || !is_write(verb) ||
        resource == "leases" || reference.value("namespace", "") != ns_ ||
        entry.value("stage", "") != "ResponseComplete") {
      continue;
    }
    const std::string subresource = reference.value("subresource", "");
    writes_.push_back({verb, subresource.empty() ? resource : resource + "/" + subresource,
                       reference.value("name", ""),
                       entry.value("responseStatus", Json::object()).value("code", 0)});
  }
  rest_.erase(0, begin);
}

bool AuditLog::falls_silent(std::chrono::milliseconds silence) {
  using Steady = std::chrono::steady_clock;
  const auto deadline = Steady::now() + kSilenceDeadline;
  std::size_t seen = writes().size();
  auto since = Steady::now();
  while (Steady::now() - since < silence) {
    if (Steady::now() > deadline) return false;
    std::this_thread::sleep_for(kPollInterval);
    if (const std::size_t now = writes().size(); now != seen) {
      seen = now;
      since = Steady::now();
    }
  }
  return true;
}

std::string to_string(const std::vector<AuditedWrite>& writes) {
  std::string text;
  for (const AuditedWrite& write : writes) text += write.to_string() + "\n";
  return text;
}

}  // namespace argus::adl
