#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redis/redis_server.h"

namespace argus::adl::objects {

// The governing Service: it gives the pod its name.
MaybeObject falkordb_headless_service(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged) return std::nullopt;
  return redis_service(part::kFalkordb, true, facts);
}

}  // namespace argus::adl::objects
