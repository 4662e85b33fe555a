// What FalkorDB and Valkey have in common: both are Redis servers with a configuration file, a
// password from a Secret and an append-only file on a volume.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/redis/redis_config.h"

namespace argus::adl {

// A Service in front of the server: with a cluster IP, or the headless one, "<part>-headless".
[[nodiscard]] Json redis_service(std::string_view part_name, bool headless, const Facts& facts);

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
  const ContainerResources& resources;
  const Storage& storage;
};
[[nodiscard]] Json redis_stateful_set(RedisServer server, const Spec& spec, const Facts& facts);

}  // namespace argus::adl
