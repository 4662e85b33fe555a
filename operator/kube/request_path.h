// The paths and queries of requests to the API server, percent-encoded (RFC 3986).
// Source: Kubernetes API concepts, "Resource URIs".
//
// Threads: pure functions and values.
// Failure: std::invalid_argument for a key that cannot name an object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kube_object/object.h"

namespace argus::kube {

// Everything but RFC 3986's unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);

// /apis/apps/v1, /api/v1
std::string group_version_path(std::string_view group, std::string_view version);
// All objects of a kind, in one namespace or (empty) in all.
std::string collection_path(const Resource& resource, std::string_view ns);
// One object, or its subresource ("status"; empty for none).
std::string object_path(const Resource& resource, const ObjectKey& key,
                        std::string_view subresource = "");

// "?a=b&c=d"; parameters without a value are left out.
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  Query& add(std::string_view name, std::int64_t value);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace argus::kube
