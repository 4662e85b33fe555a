#include "argusdatalayer/render/redis/redis_server.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object valkey_service(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged) return std::nullopt;
  return redis_service(part::kValkey, false, spec, facts);
}

}  // namespace argus::adl::resources
