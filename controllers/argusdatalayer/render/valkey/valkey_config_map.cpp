#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "argusdatalayer/render/valkey/valkey_config.h"

namespace argus::adl::objects {

MaybeObject valkey_config_map(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "valkey-config", part::kValkey, facts);
  for (const auto& [file, text] : valkey_files(spec)) object["data"][file] = text;
  return object;
}

}  // namespace argus::adl::objects
