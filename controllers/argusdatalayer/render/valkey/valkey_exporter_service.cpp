#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redis/redis_exporter.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "argusdatalayer/render/valkey/valkey_exporter.h"

namespace argus::adl::objects {

MaybeObject valkey_exporter_service(const Spec& spec, const Facts& facts) {
  if (!wants_valkey_exporter(spec)) return std::nullopt;
  return redis_exporter_service(kValkeyExporter, spec, facts);
}

}  // namespace argus::adl::objects
