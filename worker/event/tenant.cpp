#include "event/tenant.h"

namespace argus::worker {
namespace {

constexpr std::size_t kIdentifierBytesMax = 63;  // a DNS label's length (RFC 1035)

bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string_view word(DatasetType type) {
  switch (type) {
    case DatasetType::kCodebase:
      return "codebase";
    case DatasetType::kTests:
      return "tests";
    case DatasetType::kFailures:
      return "failures";
  }
  return "";
}

}  // namespace

bool is_tenant_identifier(std::string_view text) {
  if (text.empty() || text.size() > kIdentifierBytesMax || text.front() == '-') return false;
  for (const char c : text) {
    if (!is_letter_or_digit(c) && c != '-') return false;
  }
  return true;
}

std::string dataset_name(const Tenant& tenant, DatasetType type) {
  return "org_" + tenant.org_id + "_project_" + tenant.project_id + "_" + std::string(word(type));
}

}  // namespace argus::worker
