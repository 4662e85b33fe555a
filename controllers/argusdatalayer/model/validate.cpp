#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "argusdatalayer/model/spec.h"

namespace argus::adl {
namespace {

// Collects violations. Messages are those of the CRD's rules at the root of the schema, word for
// word: a test applies every invalid sample to both.
class Checks {
 public:
  // The sentence begins with the field, and the path is that field.
  void require(bool holds, const std::string& field, const std::string& rest) {
    require_at(holds, field, field + " " + rest);
  }
  void require_at(bool holds, const std::string& field, const std::string& message) {
    if (!holds) found_.push_back({"spec." + field, message});
  }
  std::vector<Violation> take() { return std::move(found_); }

 private:
  std::vector<Violation> found_;
};

// The CRD's pattern lets a few IPv6 addresses through that are none. Source: RFC 4291, RFC 4632.
bool is_cidr(const std::string& text) {
  const std::string address = text.substr(0, text.find('/'));
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(AF_INET, address.c_str(), parsed.data()) == 1 ||
         inet_pton(AF_INET6, address.c_str(), parsed.data()) == 1;
}

void check_cidrs(const std::string& field, const std::vector<std::string>& cidrs, Checks& checks) {
  for (const std::string& cidr : cidrs) {
    checks.require(
        is_cidr(cidr), field,
        "has " + cidr + ", which is not a range of addresses: write it as 2001:db8::/32");
  }
}

void check_all_cidrs(const Spec& spec, Checks& checks) {
  check_cidrs("redpanda.external.cidrs", spec.redpanda.external.cidrs, checks);
  check_cidrs("falkordb.external.cidrs", spec.falkordb.external.cidrs, checks);
  check_cidrs("valkey.external.cidrs", spec.valkey.external.cidrs, checks);
  if (spec.worker.neo4j) check_cidrs("worker.neo4j.cidrs", spec.worker.neo4j->cidrs, checks);
  if (spec.worker.supabase) {
    check_cidrs("worker.supabase.cidrs", spec.worker.supabase->cidrs, checks);
  }
  if (spec.flink.object_store) {
    check_cidrs("flink.storage.objectStore.cidrs", spec.flink.object_store->cidrs, checks);
  }
  const NetworkPolicies& policies = spec.network_policy;
  for (const NetworkClient& client : policies.clients) {
    check_cidrs("networkPolicy.clients", client.cidrs, checks);
  }
  check_cidrs("networkPolicy.dns.cidrs", policies.dns.cidrs, checks);
  check_cidrs("networkPolicy.apiServerCIDRs", policies.api_server_cidrs, checks);
  check_cidrs("networkPolicy.blockedCIDRs", policies.blocked_cidrs, checks);
}

void check_redpanda(const Spec& spec, Checks& checks) {
  const Redpanda& redpanda = spec.redpanda;
  const bool external = redpanda.mode == Mode::kExternal;
  const auto& servers = redpanda.external.bootstrap_servers;
  checks.require(spec.profile == Profile::kFull || external, "redpanda.mode",
                 "must be External with profile Minimal: name the brokers in "
                 "redpanda.external.bootstrapServers, or write profile: Full");
  checks.require(!external || !servers.empty(), "redpanda.external.bootstrapServers",
                 "is required when Redpanda is external: list the brokers as host:port");
  checks.require(
      !spec.worker.enabled || !external || !redpanda.external.credentials_secret.empty(),
      "redpanda.external.credentialsSecret",
      "is required when Redpanda is external: write the name of the Secret with its user "
      "and password");
  checks.require_at(external || servers.empty(), "redpanda.external.bootstrapServers",
                    "redpanda.external is used with mode External only: write redpanda.mode: "
                    "External, or remove it");
  constexpr int kPortMax = 65535;
  for (const HostPort& server : servers) {
    checks.require(server.port >= 1 && server.port <= kPortMax,
                   "redpanda.external.bootstrapServers",
                   "has " + server.to_string() + ": write a port from 1 to 65535");
  }
  constexpr int kNoMajority = 2;
  checks.require(redpanda.replicas != kNoMajority, "redpanda.replicas",
                 "must be 1, or 3 and more: two brokers have no majority when one is down");
  checks.require(redpanda.resources.memory_request >= *Quantity::parse("1Gi"),
                 "redpanda.resources.requests.memory",
                 "must be at least 1Gi: a broker does not start with less");
}

// FalkorDB and Valkey.
template <typename Store>
void check_store(const std::string& name, const Store& store, Profile profile, Checks& checks) {
  checks.require(profile == Profile::kFull || store.mode != Mode::kManaged, name + ".mode",
                 "must not be Managed with profile Minimal: write External or Disabled, or "
                 "profile: Full");
  const bool external = store.mode == Mode::kExternal;
  checks.require(!external || !store.external.host.empty(), name + ".external.host",
                 "is required with mode External: write the host name of the server");
  checks.require_at(external || store.external.host.empty(), name + ".external.host",
                    name + ".external is used with mode External only: write " + name +
                        ".mode: External, or remove it");
  checks.require(store.max_memory * 4 <= store.resources.memory_limit * 3, name + ".maxMemory",
                 "must be at most 75 % of " + name +
                     ".resources.limits.memory, since persistence needs the rest: lower it, raise "
                     "the limit, or leave it out");
}

void check_resources(const std::string& part, const ContainerResources& resources, Checks& checks) {
  const auto rest = [&](const char* resource) {
    return "must not be above " + part + ".resources.limits." + resource +
           ": lower the request or raise the limit";
  };
  checks.require(resources.cpu_request <= resources.cpu_limit, part + ".resources.requests.cpu",
                 rest("cpu"));
  checks.require(resources.memory_request <= resources.memory_limit,
                 part + ".resources.requests.memory", rest("memory"));
}

// A container whose resources a person writes, and where: "redpanda.resources.limits.".
struct Container {
  std::string requests, limits;
  ContainerResources resources;
  bool made = true;  // one that is not made may be smaller than the minimum
};

std::vector<Container> containers(const Spec& spec) {
  std::vector<Container> result;
  const auto add = [&](const std::string& part, const ContainerResources& resources, bool made) {
    result.push_back({part + ".resources.requests.", part + ".resources.limits.", resources, made});
  };
  const auto add_flink = [&](const std::string& process, const FlinkProcess& flink) {
    result.push_back(
        {process + ".", process + ".", {flink.cpu, flink.memory, flink.cpu, flink.memory}});
  };
  const bool falkordb = spec.falkordb.mode == Mode::kManaged;
  const bool valkey = spec.valkey.mode == Mode::kManaged;
  add("redpanda", spec.redpanda.resources, spec.redpanda.mode == Mode::kManaged);
  add("falkordb", spec.falkordb.resources, falkordb);
  add("valkey", spec.valkey.resources, valkey);
  add("worker", spec.worker.resources, spec.worker.enabled);
  if (spec.monitoring.enabled && (falkordb || valkey)) {
    add("monitoring.exporter", spec.monitoring.exporter.resources, true);
  }
  if (spec.flink.enabled) {
    add_flink("flink.jobManager", spec.flink.job_manager);
    add_flink("flink.taskManager", spec.flink.task_manager);
  }
  return result;
}

void check_maximum(const std::string& field, const Quantity& limit, const Quantity& most,
                   const std::string& resource, Checks& checks) {
  checks.require(limit <= most, field,
                 "must not be above guardrails.limitRange.max." + resource +
                     ", or no pod is admitted: lower it or raise that maximum");
}

void check_minimum(const std::string& field, const Quantity& request, const Quantity& least,
                   const std::string& resource, Checks& checks) {
  checks.require(request >= least, field,
                 "must not be below guardrails.limitRange.min." + resource +
                     ", or no pod is admitted: raise it or lower that minimum");
}

void check_limit_range(const Spec& spec, Checks& checks) {
  if (!spec.guardrails.enabled) return;
  const LimitRange& range = spec.guardrails.limit_range;
  const auto ordered = [&](Quantity CpuAndMemory::*what) {
    return range.min.*what <= range.default_request.*what &&
           range.default_request.*what <= range.default_limit.*what &&
           range.default_limit.*what <= range.max.*what;
  };
  const auto order = [](const std::string& resource) {
    return "guardrails.limitRange must have min, defaultRequest, default and max of " + resource +
           " in rising order: correct the one that is out of order";
  };
  checks.require_at(ordered(&CpuAndMemory::cpu), "guardrails.limitRange", order("cpu"));
  checks.require_at(ordered(&CpuAndMemory::memory), "guardrails.limitRange", order("memory"));

  for (const Container& container : containers(spec)) {
    const ContainerResources& resources = container.resources;
    check_maximum(container.limits + "cpu", resources.cpu_limit, range.max.cpu, "cpu", checks);
    check_maximum(container.limits + "memory", resources.memory_limit, range.max.memory, "memory",
                  checks);
    if (!container.made) continue;
    check_minimum(container.requests + "cpu", resources.cpu_request, range.min.cpu, "cpu", checks);
    check_minimum(container.requests + "memory", resources.memory_request, range.min.memory,
                  "memory", checks);
  }
}

void check_worker(const Spec& spec, Checks& checks) {
  const Worker& worker = spec.worker;
  checks.require(
      !worker.enabled || worker.neo4j || spec.falkordb.mode != Mode::kDisabled, "worker",
      "needs a graph database: write falkordb.mode: External with falkordb.external.host, name "
      "worker.neo4j.credentialsSecret, or write worker.enabled: false");
  const Autoscaling& scaling = worker.autoscaling;
  const std::string below = "must not be above maxReplicas: lower it or raise maxReplicas";
  checks.require(scaling.min_replicas <= scaling.max_replicas, "worker.autoscaling.minReplicas",
                 below);
  checks.require(scaling.fallback_replicas <= scaling.max_replicas,
                 "worker.autoscaling.fallback.replicas", below);
  checks.require_at(
      !scaling.enabled || scaling.cpu.enabled || scaling.memory.enabled || !scaling.lag.empty(),
      "worker.autoscaling.enabled",
      "worker.autoscaling needs something to scale by: enable cpu or memory, list a "
      "topic under lag, or write enabled: false");
}

void check_flink(const Flink& flink, Checks& checks) {
  // What flink.storage decides; Flink 1 and 2 name them differently.
  static constexpr std::array kDirectories = {
      "state.checkpoints.dir", "state.savepoints.dir", "execution.checkpointing.dir",
      "execution.checkpointing.savepoint-dir", "high-availability.storageDir"};
  checks.require(!flink.enabled || flink.object_store || flink.claim, "flink.storage",
                 "is required when Flink is enabled: write storage.objectStore.uri "
                 "(s3://bucket/path) or storage.claimName");
  checks.require_at(!(flink.object_store && flink.claim), "flink.storage.claimName",
                    "flink.storage must have one place: remove objectStore or claimName");
  checks.require(std::none_of(kDirectories.begin(), kDirectories.end(),
                              [&](const char* key) { return flink.configuration.count(key) > 0; }),
                 "flink.configuration",
                 "must not set the directories of checkpoints, savepoints or high availability: "
                 "write flink.storage instead (a file: path is lost with the pod)");
  checks.require(flink.job_manager.replicas == 1 || flink.high_availability,
                 "flink.jobManager.replicas",
                 "above 1 needs flink.highAvailability: true: without it the others cannot take "
                 "over");
}

void check_clients(const NetworkPolicies& policies, Checks& checks) {
  for (std::size_t i = 0; i < policies.clients.size(); ++i) {
    const NetworkClient& client = policies.clients[i];
    checks.require_at(client.peer || !client.cidrs.empty(),
                      "networkPolicy.clients[" + std::to_string(i) + "]",
                      "a client of networkPolicy.clients must say who it is: write "
                      "namespaceSelector, podSelector or cidrs");
  }
}

}  // namespace

std::vector<Violation> validate(const Spec& spec) {
  Checks checks;
  check_redpanda(spec, checks);
  check_store("falkordb", spec.falkordb, spec.profile, checks);
  check_store("valkey", spec.valkey, spec.profile, checks);
  check_resources("redpanda", spec.redpanda.resources, checks);
  check_resources("falkordb", spec.falkordb.resources, checks);
  check_resources("valkey", spec.valkey.resources, checks);
  check_resources("worker", spec.worker.resources, checks);
  check_resources("monitoring.exporter", spec.monitoring.exporter.resources, checks);
  check_limit_range(spec, checks);
  check_worker(spec, checks);
  check_flink(spec.flink, checks);
  check_clients(spec.network_policy, checks);
  check_all_cidrs(spec, checks);
  return checks.take();
}

}  // namespace argus::adl
