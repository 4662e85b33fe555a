#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object valkey_config_map(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "valkey-config", part::kValkey, facts);
  for (const auto& [file, text] : valkey_files(spec)) object["data"][file] = text;
  return object;
}

}  // namespace argus::adl::resources
