#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/falkordb_exporter.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/objects.h"
#include "argusdatalayer/render/redis/redis_exporter.h"

namespace argus::adl::objects {

MaybeObject falkordb_exporter_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || !wants_falkordb_exporter(spec)) return std::nullopt;
  return redis_exporter_network_policy(kFalkordbExporter, spec, facts);
}

}  // namespace argus::adl::objects
