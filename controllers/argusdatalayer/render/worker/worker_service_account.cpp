#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

// An identity without rights: the worker never talks to the API server.
Object worker_service_account(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object = owned_object("v1", "ServiceAccount", part::kWorker, part::kWorker, facts);
  object["automountServiceAccountToken"] = false;
  return object;
}

}  // namespace argus::adl::resources
