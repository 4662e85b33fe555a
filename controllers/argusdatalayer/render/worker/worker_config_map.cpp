#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/render/worker/worker_environment.h"

namespace argus::adl::resources {

Object worker_config_map(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "cognee-worker-config", part::kWorker, facts);
  for (const auto& [name, value] : worker_settings(spec, facts)) object["data"][name] = value;
  return object;
}

}  // namespace argus::adl::resources
