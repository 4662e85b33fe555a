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

MaybeObject flink_web_ui_service(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink) return std::nullopt;
  Json selector = flink_pods();
  selector["component"] = "jobmanager";
  Json object = service("flink-webui", part::kFlink, std::move(selector), facts);
  add_port(object, "rest", port::kFlinkRest);
  object["spec"]["ports"][0]["targetPort"] = port::kFlinkRest;  // what Flink calls it is its own
  return object;
}

}  // namespace argus::adl::objects
