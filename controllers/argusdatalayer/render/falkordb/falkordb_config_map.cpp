#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/falkordb_config.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redis/redis_server.h"

namespace argus::adl::objects {

MaybeObject falkordb_config_map(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "falkordb-config", part::kFalkordb, facts);
  for (const auto& [file, text] : falkordb_files(spec)) object["data"][file] = text;
  return object;
}

}  // namespace argus::adl::objects
