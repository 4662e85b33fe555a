#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/pod.h"
#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "argusdatalayer/render/valkey/valkey_config.h"

namespace argus::adl::objects {

MaybeObject valkey_stateful_set(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged) return std::nullopt;
  RedisServer server{.part_name = part::kValkey,
                     .image = spec.valkey.image.value_or(facts.installation.images.valkey),
                     .cli = "valkey-cli",
                     .user = pod::kValkeyUser,
                     .data_path = "/data",
                     .auth_secret = secret::kValkeyAuth,
                     .files = valkey_files(spec),
                     .resources = spec.valkey.resources,
                     .storage = spec.valkey.storage};
  return redis_stateful_set(std::move(server), spec, facts);
}

}  // namespace argus::adl::objects
