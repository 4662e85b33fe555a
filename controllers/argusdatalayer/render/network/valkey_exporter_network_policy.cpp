#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/network/objects.h"
#include "argusdatalayer/render/redis/redis_exporter.h"
#include "argusdatalayer/render/valkey/valkey_exporter.h"

namespace argus::adl::objects {

MaybeObject valkey_exporter_network_policy(const Spec& spec, const Facts& facts) {
  if (!spec.network_policy.enabled || !wants_valkey_exporter(spec)) return std::nullopt;
  return redis_exporter_network_policy(kValkeyExporter, spec, facts);
}

}  // namespace argus::adl::objects
