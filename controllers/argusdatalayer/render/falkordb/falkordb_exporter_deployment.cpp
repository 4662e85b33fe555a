#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/falkordb_exporter.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redis/redis_exporter.h"

namespace argus::adl::objects {

MaybeObject falkordb_exporter_deployment(const Spec& spec, const Facts& facts) {
  if (!wants_falkordb_exporter(spec)) return std::nullopt;
  return redis_exporter_deployment(kFalkordbExporter, spec, facts);
}

}  // namespace argus::adl::objects
