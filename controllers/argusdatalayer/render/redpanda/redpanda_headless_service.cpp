#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redpanda/objects.h"

namespace argus::adl::objects {

// A second name for the same brokers, which clients of the reference's manifests use. They are
// scraped by the first.
MaybeObject redpanda_headless_service(const Spec& spec, const Facts& facts) {
  MaybeObject object = redpanda_service(spec, facts);
  if (!object) return object;
  Json& metadata = (*object)["metadata"];
  metadata["name"] = std::string(part::kRedpanda) + "-headless";
  metadata.erase("annotations");
  return object;
}

}  // namespace argus::adl::objects
