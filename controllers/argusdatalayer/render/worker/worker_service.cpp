#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/service.h"
#include "argusdatalayer/render/worker/objects.h"

namespace argus::adl::objects {

MaybeObject worker_service(const Spec& spec, const Facts& facts) {
  if (!spec.worker.enabled) return std::nullopt;
  Json object =
      service(part::kWorker, part::kWorker, selector_labels(part::kWorker, facts.name), facts);
  add_port(object, "http", port::kWorkerHttp);
  annotate_metrics(object, port::kWorkerHttp, "/metrics", spec);
  return object;
}

}  // namespace argus::adl::objects
