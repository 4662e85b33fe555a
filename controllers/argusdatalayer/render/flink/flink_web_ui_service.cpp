#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/flink/flink_labels.h"
#include "argusdatalayer/render/flink/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {

MaybeObject flink_web_ui_service(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink) return std::nullopt;
  Json object = owned_object("v1", "Service", "flink-webui", part::kFlink, facts);
  Json& service = object["spec"];
  service["selector"] = flink_pods();
  service["selector"]["component"] = "jobmanager";
  Json rest = Json::object();
  rest["name"] = "rest";
  rest["port"] = port::kFlinkRest;
  rest["targetPort"] = port::kFlinkRest;
  rest["protocol"] = "TCP";
  service["ports"] = Json::array({rest});
  return object;
}

}  // namespace argus::adl::objects
