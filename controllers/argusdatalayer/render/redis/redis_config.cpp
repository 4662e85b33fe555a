#include "argusdatalayer/render/redis/redis_config.h"

#include "argusdatalayer/model/ports.h"

namespace argus::adl {

namespace {

constexpr std::string_view kPasswordPath = "/run/secrets/argus/password";

}  // namespace

std::string redis_configuration(std::string_view data_path, const Quantity& max_memory,
                                std::string_view policy, std::string_view append_fsync) {
  std::string text;
  const auto line = [&](std::string_view key, std::string_view value) {
    text += key;
    text += ' ';
    text += value;
    text += '\n';
  };
  line("port", std::to_string(port::kRedis));
  line("bind", "* -::*");
  line("protected-mode", "no");
  line("dir", data_path);
  line("appendonly", "yes");
  line("appendfsync", append_fsync);
  // The append-only file is what is loaded at start; snapshots beside it would fork for nothing.
  line("save", "\"\"");
  line("maxmemory", std::to_string(max_memory.value()));
  line("maxmemory-policy", policy);
  return text;
}

std::string redis_start_script(std::string_view before, std::string_view server,
                               std::string_view part_name, std::string_view configuration) {
  std::string script = "set -eu\n";
  script += before;
  script += "# Quotes and backslashes of the password are escaped as redis.conf wants it.\n";
  script += "password=$(sed 's/[\"\\\\]/\\\\&/g' " + std::string(kPasswordPath) + ")\n";
  script += "exec " + std::string(server) + " - <<END\n";
  script += "$(cat /etc/argus/" + std::string(part_name) + ".conf)\n";
  script += configuration;
  script += "requirepass \"$password\"\nEND\n";
  return script;
}

}  // namespace argus::adl
