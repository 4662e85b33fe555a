#include "argusdatalayer/render/falkordb/falkordb_config.h"

#include "argusdatalayer/model/names.h"

namespace argus::adl {

Files falkordb_files(const Spec& spec) {
  // Graphs are data, not a cache: when memory is used up, writes fail, and nothing is evicted.
  return {
      {"falkordb.conf", redis_configuration("/var/lib/falkordb/data", spec.falkordb.max_memory,
                                            "noeviction", spec.falkordb.append_fsync)},
      {"start.sh", redis_start_script("# Where the image has the module depends on its version.\n"
                                      "for module in /var/lib/falkordb/bin/falkordb.so "
                                      "/FalkorDB/bin/src/falkordb.so; do\n"
                                      "  if [ -f \"$module\" ]; then break; fi\n"
                                      "done\n",
                                      "redis-server", part::kFalkordb, "loadmodule $module\n")}};
}

}  // namespace argus::adl
