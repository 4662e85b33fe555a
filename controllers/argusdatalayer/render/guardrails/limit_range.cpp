#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/guardrails/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {
namespace {

Json amounts(const CpuAndMemory& both) {
  Json result = Json::object();
  result["cpu"] = both.cpu.to_string();
  result["memory"] = both.memory.to_string();
  return result;
}

}  // namespace

MaybeObject limit_range(const Spec& spec, const Facts& facts) {
  if (!spec.guardrails.enabled) return std::nullopt;
  const LimitRange& range = spec.guardrails.limit_range;
  Json limits = Json::object();
  limits["type"] = "Container";
  limits["default"] = amounts(range.default_limit);
  limits["defaultRequest"] = amounts(range.default_request);
  limits["min"] = amounts(range.min);
  limits["max"] = amounts(range.max);
  Json object = owned_object("v1", "LimitRange", "argus-data-limits", part::kDataLayer, facts);
  object["spec"]["limits"] = Json::array({limits});
  return object;
}

}  // namespace argus::adl::objects
