#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/flink/flink_labels.h"
#include "argusdatalayer/render/flink/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/service.h"

namespace argus::adl::objects {

// Where Prometheus finds JobManager and TaskManagers: an annotation of their pods would restart the
// job whenever monitoring is changed.
MaybeObject flink_metrics_service(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink || !spec.monitoring.enabled) return std::nullopt;
  Json object = service("flink-metrics", part::kFlink, flink_pods(), facts);
  object["spec"]["clusterIP"] = "None";
  add_port(object, "metrics", port::kFlinkMetrics);
  annotate_metrics(object, port::kFlinkMetrics, "/", spec);
  return object;
}

}  // namespace argus::adl::objects
