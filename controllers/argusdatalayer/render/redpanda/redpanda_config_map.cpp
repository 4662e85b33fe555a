#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/redpanda/redpanda_config.h"

namespace argus::adl::objects {

MaybeObject redpanda_config_map(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "redpanda-config", part::kRedpanda, facts);
  for (const auto& [file, text] : redpanda_files(spec, facts)) object["data"][file] = text;
  return object;
}

}  // namespace argus::adl::objects
