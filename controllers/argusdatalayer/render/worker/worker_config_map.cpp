#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/worker/objects.h"
#include "argusdatalayer/render/worker/worker_environment.h"

namespace argus::adl::objects {

MaybeObject worker_config_map(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "cognee-worker-config", part::kWorker, facts);
  for (const auto& [name, value] : worker_settings(spec, facts)) object["data"][name] = value;
  return object;
}

}  // namespace argus::adl::objects
