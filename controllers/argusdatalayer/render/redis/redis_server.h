// What FalkorDB and Valkey have in common: both are Redis servers with a configuration file, a
// password from a Secret, an append-only file on a volume, and an exporter beside them.
//
// The password is never an argument, where everyone who lists processes would see it: start.sh
// writes the configuration, password included, to the server's standard input.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

using Files = std::map<std::string, std::string>;

// The files of the ConfigMaps falkordb-config and valkey-config, by name.
[[nodiscard]] Files falkordb_files(const Spec& spec);
[[nodiscard]] Files valkey_files(const Spec& spec);

// A Service in front of the server: with a cluster IP, or the headless one, "<part>-headless".
[[nodiscard]] Json redis_service(std::string_view part_name, bool headless, const Spec& spec,
                                 const Facts& facts);

// A StatefulSet of one server.
struct RedisServer {
  std::string_view part_name;
  std::string image;
  std::string_view cli;  // "redis-cli"
  pod::User user;
  std::string_view data_path;
  std::string_view auth_secret;
  Files files;
  Json environment = Json::array();
  const Resources& resources;
  const Storage& storage;
};
[[nodiscard]] Json redis_stateful_set(RedisServer server, const Spec& spec, const Facts& facts);

}  // namespace argus::adl
