#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redis/redis_server.h"

namespace argus::adl::objects {

MaybeObject falkordb_service(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  return redis_service(part::kFalkordb, false, facts);
}

}  // namespace argus::adl::objects
