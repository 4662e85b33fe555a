// Who an event belongs to, and the dataset that follows from it.
//
// Threads: values.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace argus::worker {

// Both identifiers match ^[A-Za-z0-9][A-Za-z0-9-]{0,62}$. Without an underscore in either, a
// dataset name can be read in one way only: two tenants never share a graph.
struct Tenant {
  std::string org_id;
  std::string project_id;
  auto operator<=>(const Tenant&) const = default;
};

[[nodiscard]] bool is_tenant_identifier(std::string_view text);

enum class DatasetType { kCodebase, kTests, kFailures };

// org_{org}_project_{project}_{codebase|tests|failures}: the name of the graph.
[[nodiscard]] std::string dataset_name(const Tenant& tenant, DatasetType type);

}  // namespace argus::worker
