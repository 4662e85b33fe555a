#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/falkordb_config.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/redis/redis_server.h"

namespace argus::adl::objects {

MaybeObject falkordb_stateful_set(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  RedisServer server{.part_name = part::kFalkordb,
                     .image = spec.falkordb.image.value_or(facts.installation.images.falkordb),
                     .cli = "redis-cli",
                     .user = pod::kRedisUser,
                     .data_path = "/var/lib/falkordb/data",
                     .auth_secret = secret::kFalkordbAuth,
                     .files = falkordb_files(spec),
                     .resources = spec.falkordb.resources,
                     .storage = spec.falkordb.storage};
  // What the image's own scripts would take as the data directory: the volume, whoever starts it.
  server.environment.push_back(pod::env("FALKORDB_DATA_PATH", server.data_path));
  return redis_stateful_set(std::move(server), spec, facts);
}

}  // namespace argus::adl::objects
