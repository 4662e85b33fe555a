// Valkey's configuration.
//
// Threads: pure function.
#pragma once

#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/redis/redis_config.h"

namespace argus::adl {

// The files of the ConfigMap valkey-config, by name.
[[nodiscard]] Files valkey_files(const Spec& spec);

}  // namespace argus::adl
