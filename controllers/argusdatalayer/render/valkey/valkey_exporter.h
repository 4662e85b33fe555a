// Valkey's exporter, as the three objects that it is made of have it.
//
// Threads: constants and pure functions.
#pragma once

#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/redis/redis_exporter.h"

namespace argus::adl {

inline constexpr RedisExporter kValkeyExporter{part::kValkeyExporter, part::kValkey,
                                               secret::kValkeyAuth};

[[nodiscard]] inline bool wants_valkey_exporter(const Spec& spec) {
  return spec.monitoring.enabled && spec.valkey.mode == Mode::kManaged;
}

}  // namespace argus::adl
