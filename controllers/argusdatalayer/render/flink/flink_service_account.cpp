#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object flink_service_account(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink) return std::nullopt;
  return owned_object("v1", "ServiceAccount", "flink", part::kFlink, facts);
}

}  // namespace argus::adl::resources
