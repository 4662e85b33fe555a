#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object worker_service(const Spec& spec, const Facts& facts) {
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

}  // namespace argus::adl::resources
