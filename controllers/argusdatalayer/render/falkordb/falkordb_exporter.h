// FalkorDB's exporter, as the three objects that it is made of have it.
//
// Threads: constants and pure functions.
#pragma once

#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/redis/redis_exporter.h"

namespace argus::adl {

inline constexpr RedisExporter kFalkordbExporter{part::kFalkordbExporter, part::kFalkordb,
                                                 secret::kFalkordbAuth};

[[nodiscard]] inline bool wants_falkordb_exporter(const Spec& spec) {
  return spec.monitoring.enabled && spec.falkordb.mode == Mode::kManaged;
}

}  // namespace argus::adl
