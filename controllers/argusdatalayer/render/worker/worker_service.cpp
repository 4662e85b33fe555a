#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/worker/objects.h"

namespace argus::adl::objects {

MaybeObject worker_service(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object = owned_object("v1", "Service", part::kWorker, part::kWorker, facts);
  Json& service = object["spec"];
  service["selector"] = selector_labels(part::kWorker, facts.name);
  Json http = Json::object();
  http["name"] = "http";
  http["port"] = port::kWorkerHttp;
  http["targetPort"] = "http";
  http["protocol"] = "TCP";
  service["ports"] = Json::array({http});
  return object;
}

}  // namespace argus::adl::objects
