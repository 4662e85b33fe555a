#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

// The governing Service: it gives the pod its name.
Object valkey_headless_service(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged) return std::nullopt;
  return redis_service(part::kValkey, true, spec, facts);
}

}  // namespace argus::adl::resources
