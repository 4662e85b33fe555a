#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

// A second name for the same brokers, which clients of the reference's manifests use.
Object redpanda_headless_service(const Spec& spec, const Facts& facts) {
  Object object = redpanda_service(spec, facts);
  if (object) (*object)["metadata"]["name"] = std::string(part::kRedpanda) + "-headless";
  return object;
}

}  // namespace argus::adl::resources
