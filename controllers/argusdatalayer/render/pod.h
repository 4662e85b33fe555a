// Parts that every pod of a data layer is made of: security contexts, probes, environment, volumes.
// What must hold for all of them (never root, no privileges, explicit resources) is written here
// once.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/json.h"

namespace argus::adl::pod {

// The user that an image's files belong to.
struct User {
  int uid;
  int gid;
};
inline constexpr User kRedpandaUser{101, 101};
inline constexpr User kRedisUser{999, 999};    // redis in FalkorDB's image; valkey in Debian's
inline constexpr User kValkeyUser{999, 1000};  // valkey/valkey, Alpine
inline constexpr User kExporterUser{59000, 59000};
inline constexpr User kWorkerUser{1000, 1000};
inline constexpr User kFlinkUser{9999, 9999};
inline constexpr User kToolsUser{65532, 65532};

// Source: the Pod Security Standards, profile "restricted".
[[nodiscard]] Json security_context(User user);
[[nodiscard]] Json container_security_context(bool read_only_root);

[[nodiscard]] Json env(std::string_view name, std::string_view value);
[[nodiscard]] Json env_from_secret(std::string_view name, std::string_view secret_name,
                                   std::string_view key, bool optional = false);
[[nodiscard]] Json env_from_field(std::string_view name, std::string_view field_path);

struct ProbeTiming {
  int period_seconds = 10;
  int failure_threshold = 3;
  int timeout_seconds = 3;
};
[[nodiscard]] Json http_probe(std::string_view path, std::string_view port_name,
                              ProbeTiming timing);
[[nodiscard]] Json tcp_probe(std::string_view port_name, ProbeTiming timing);
[[nodiscard]] Json exec_probe(const std::vector<std::string>& command, ProbeTiming timing);

[[nodiscard]] Json container_port(std::string_view name, int number);
[[nodiscard]] Json mount(std::string_view volume, std::string_view path, bool read_only = false);
[[nodiscard]] Json config_map_volume(std::string_view name, std::string_view config_map);
// `mode`: of the files, as in chmod.
[[nodiscard]] Json secret_volume(std::string_view name, std::string_view secret_name,
                                 const std::vector<std::string>& keys, int mode = 0440);
[[nodiscard]] Json empty_dir(std::string_view name, std::string_view size_limit,
                             bool in_memory = false);

// Pods of a part on different nodes and zones where there are any; never unschedulable for it.
[[nodiscard]] Json spread(const Json& selector);

}  // namespace argus::adl::pod
