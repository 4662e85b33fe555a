#include "argusdatalayer/report/requested_amounts.h"

#include "argusdatalayer/render/redpanda/broker_setup.h"

namespace argus::adl {
namespace {

struct Totals {
  Quantity cpu_requests, memory_requests = Quantity::of_bytes(0);
  Quantity cpu_limits, memory_limits = Quantity::of_bytes(0);
  Quantity storage = Quantity::of_bytes(0);
  int claims = 0;

  void add(const ContainerResources& resources, int pods) {
    cpu_requests = cpu_requests + resources.cpu_request * pods;
    memory_requests = memory_requests + resources.memory_request * pods;
    cpu_limits = cpu_limits + resources.cpu_limit * pods;
    memory_limits = memory_limits + resources.memory_limit * pods;
  }
  void add(const Storage& volume, int pods) {
    storage = storage + volume.size * pods;
    claims += pods;
  }
};

void add_flink(const Flink& flink, Totals& totals) {
  for (const FlinkProcess* process : {&flink.job_manager, &flink.task_manager}) {
    totals.add({process->cpu, process->memory, process->cpu, process->memory}, process->replicas);
  }
}

}  // namespace

std::vector<RequestedAmount> requested_amounts(const Spec& spec, bool flink) {
  Totals totals;
  const auto add_store = [&](Mode mode, const ContainerResources& resources,
                             const Storage& storage) {
    if (mode != Mode::kManaged) return;
    totals.add(resources, 1);
    totals.add(storage, 1);
    if (spec.monitoring.enabled) totals.add(spec.monitoring.exporter.resources, 1);
  };
  if (spec.redpanda.mode == Mode::kManaged) {
    totals.add(spec.redpanda.resources, spec.redpanda.replicas);
    totals.add(broker_setup_resources(spec), 1);
    totals.add(spec.redpanda.storage, spec.redpanda.replicas);
  }
  add_store(spec.falkordb.mode, spec.falkordb.resources, spec.falkordb.storage);
  add_store(spec.valkey.mode, spec.valkey.resources, spec.valkey.storage);
  if (spec.worker.enabled) {
    constexpr int kSurge = 1;  // maxSurge of the Deployment
    const Autoscaling& scaling = spec.worker.autoscaling;
    const int workers = scaling.enabled ? scaling.max_replicas : spec.worker.replicas;
    totals.add(spec.worker.resources, workers + kSurge);
  }
  if (flink) add_flink(spec.flink, totals);

  const auto amount = [&](const char* resource, const Quantity& requested, const Quantity& quota) {
    return RequestedAmount{resource, requested,
                           spec.guardrails.enabled ? std::optional(quota) : std::nullopt};
  };
  const Quota& quota = spec.guardrails.quota;
  constexpr std::int64_t kMillis = 1000;
  return {
      amount("requests.cpu", totals.cpu_requests, quota.requests_cpu),
      amount("requests.memory", totals.memory_requests, quota.requests_memory),
      amount("limits.cpu", totals.cpu_limits, quota.limits_cpu),
      amount("limits.memory", totals.memory_limits, quota.limits_memory),
      amount("requests.storage", totals.storage, quota.requests_storage),
      amount("persistentvolumeclaims", Quantity::of_millis(totals.claims * kMillis),
             Quantity::of_millis(quota.persistent_volume_claims * kMillis)),
  };
}

}  // namespace argus::adl
