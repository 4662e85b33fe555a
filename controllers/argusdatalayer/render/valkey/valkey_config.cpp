#include "argusdatalayer/render/valkey/valkey_config.h"

#include "argusdatalayer/model/names.h"

namespace argus::adl {

Files valkey_files(const Spec& spec) {
  return {
      {"valkey.conf", redis_configuration("/data", spec.valkey.max_memory,
                                          spec.valkey.max_memory_policy, spec.valkey.append_fsync)},
      {"start.sh", redis_start_script("", "valkey-server", part::kValkey, "")}};
}

}  // namespace argus::adl
