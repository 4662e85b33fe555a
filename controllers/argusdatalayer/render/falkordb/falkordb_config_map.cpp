#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object falkordb_config_map(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "falkordb-config", part::kFalkordb, facts);
  for (const auto& [file, text] : falkordb_files(spec)) object["data"][file] = text;
  return object;
}

}  // namespace argus::adl::resources
