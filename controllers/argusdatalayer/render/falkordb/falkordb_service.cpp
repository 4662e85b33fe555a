#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object falkordb_service(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  return redis_service(part::kFalkordb, false, spec, facts);
}

}  // namespace argus::adl::resources
