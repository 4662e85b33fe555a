// users.txt of the Secret redpanda-superusers: "user:password:mechanism" lines, the superuser
// first.
//
// Threads: free functions. Failure: UsageError, which never quotes a password.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace argus::cli {

struct BrokerUser {
  std::string name;
  std::string password;
  std::string mechanism;  // SCRAM-SHA-512 or SCRAM-SHA-256
};

[[nodiscard]] std::vector<BrokerUser> parse_users(std::string_view text, const std::string& file);
[[nodiscard]] std::string read_users_file(const std::string& file);

// Which content a file has, without giving it away: the operator's material_hash()
// (argusdatalayer/secrets/credentials.h).
[[nodiscard]] std::string users_hash(std::string_view salt, std::string_view text);

}  // namespace argus::cli
