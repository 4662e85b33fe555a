#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/guardrails/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {

MaybeObject resource_quota(const Spec& spec, const Facts& facts) {
  if (!spec.guardrails.enabled) return std::nullopt;
  const Quota& quota = spec.guardrails.quota;
  Json object = owned_object("v1", "ResourceQuota", "argus-data-quota", part::kDataLayer, facts);
  Json& hard = object["spec"]["hard"];
  hard["requests.cpu"] = quota.requests_cpu.to_string();
  hard["requests.memory"] = quota.requests_memory.to_string();
  hard["requests.storage"] = quota.requests_storage.to_string();
  hard["limits.cpu"] = quota.limits_cpu.to_string();
  hard["limits.memory"] = quota.limits_memory.to_string();
  hard["persistentvolumeclaims"] = std::to_string(quota.persistent_volume_claims);
  return object;
}

}  // namespace argus::adl::objects
