#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/worker/objects.h"

namespace argus::adl::objects {

// An identity without rights: the worker never talks to the API server.
MaybeObject worker_service_account(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object = owned_object("v1", "ServiceAccount", part::kWorker, part::kWorker, facts);
  object["automountServiceAccountToken"] = false;
  return object;
}

}  // namespace argus::adl::objects
