// What depends on a container's resources: the flags and settings that must fit into its limits.
#include <algorithm>

#include "argusdatalayer/model/spec.h"

namespace argus::adl {
RedpandaMemory redpanda_memory(const ContainerResources& resources) {
  constexpr std::int64_t kMillisPerCore = 1000;
  constexpr std::int64_t kPercent = 90;
  RedpandaMemory result;
  const std::int64_t millis = resources.cpu_request.millis();
  result.smp = static_cast<int>(std::max<std::int64_t>(millis / kMillisPerCore, 1));
  result.memory_mi = resources.memory_request.value() / kMebi * kPercent / 100;
  result.overprovisioned = millis < kMillisPerCore;
  return result;
}

Quantity max_memory_of(const Quantity& memory_limit) {
  const std::int64_t mebi = memory_limit.value() / kMebi * 3 / 4;
  return Quantity::of_bytes(std::max<std::int64_t>(mebi, 1) * kMebi);
}

}  // namespace argus::adl
