#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/valkey/objects.h"

namespace argus::adl::objects {

// The governing Service: it gives the pod its name.
MaybeObject valkey_headless_service(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged) return std::nullopt;
  return redis_service(part::kValkey, true, facts);
}

}  // namespace argus::adl::objects
