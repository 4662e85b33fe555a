#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/flink/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {

MaybeObject flink_role_binding(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink) return std::nullopt;
  Json object =
      owned_object("rbac.authorization.k8s.io/v1", "RoleBinding", "flink", part::kFlink, facts);
  object["roleRef"]["apiGroup"] = "rbac.authorization.k8s.io";
  object["roleRef"]["kind"] = "Role";
  object["roleRef"]["name"] = "flink";
  Json subject = Json::object();
  subject["kind"] = "ServiceAccount";
  subject["name"] = "flink";
  subject["namespace"] = facts.ns;
  object["subjects"] = Json::array({subject});
  return object;
}

}  // namespace argus::adl::objects
