#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/flink/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {
namespace {

Json rule(std::string_view group, const std::vector<std::string>& kinds) {
  Json result = Json::object();
  result["apiGroups"] = Json::array({std::string(group)});
  result["resources"] = kinds;
  result["verbs"] = Json::array(
      {"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"});
  return result;
}

}  // namespace

// The JobManager starts TaskManagers as pods and keeps the metadata of high availability in
// ConfigMaps. Source: https://nightlies.apache.org/flink/flink-kubernetes-operator-docs-main/docs/
// operations/rbac/
MaybeObject flink_role(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink) return std::nullopt;
  Json object = owned_object("rbac.authorization.k8s.io/v1", "Role", "flink", part::kFlink, facts);
  object["rules"] = Json::array(
      {rule("", {"pods", "configmaps"}), rule("apps", {"deployments", "deployments/finalizers"})});
  return object;
}

}  // namespace argus::adl::objects
