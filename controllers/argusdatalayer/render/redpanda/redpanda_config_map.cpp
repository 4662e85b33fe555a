#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redpanda/redpanda_config.h"
#include "argusdatalayer/render/render.h"

namespace argus::adl::resources {

Object redpanda_config_map(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "ConfigMap", "redpanda-config", part::kRedpanda, facts);
  for (const auto& [file, text] : redpanda_files(spec, facts)) object["data"][file] = text;
  return object;
}

}  // namespace argus::adl::resources
