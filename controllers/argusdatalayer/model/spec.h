// What one ArgusDataLayer asks for, typed: the CRD's spec with every default applied and everything
// that depends on something else derived.
//
// The CRD (crds/argusdatalayers.argus.dev.yaml) is the source of truth. Its schema is compiled in,
// so that `argus-operator render` applies the same defaults and refuses the same mistakes as the
// API server, and no default is written twice.
//
// Threads: values; functions are pure. Failure: mistakes in a specification are Violations, as
// values; parse_spec() of what does not fit the schema throws std::invalid_argument: call
// check_spec() first.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/quantity.h"
#include "argusdatalayer/model/violation.h"

namespace argus::adl {

// Full runs everything in the namespace. Minimal runs the worker (and Flink, where enabled) against
// a broker and databases elsewhere.
enum class Profile { kFull, kMinimal };

// Where a part runs: started by us in the namespace, run by someone else, or not there at all.
enum class Mode { kManaged, kExternal, kDisabled };

// A key of a Secret in the data layer's namespace.
struct SecretKey {
  std::string name;
  std::string key;
};

struct ContainerResources {
  Quantity cpu_request, memory_request;
  Quantity cpu_limit, memory_limit;
};

struct Storage {
  Quantity size;
  // Unset: the cluster's default storage class.
  std::optional<std::string> storage_class;
};

// One "host:port".
struct HostPort {
  std::string host;  // a DNS name, an IPv4 address, or an IPv6 address without its brackets
  int port = 0;
  [[nodiscard]] std::string to_string() const;
};

// --- guardrails

struct Quota {
  Quantity requests_cpu, requests_memory, requests_storage;
  Quantity limits_cpu, limits_memory;
  int persistent_volume_claims = 0;
};

struct CpuAndMemory {
  Quantity cpu, memory;
};

struct LimitRange {
  CpuAndMemory default_limit, default_request, min, max;
};

struct Guardrails {
  bool enabled = true;
  Quota quota;
  LimitRange limit_range;
};

// --- redpanda

enum class SecurityProtocol { kSaslSsl, kSaslPlaintext };
enum class SaslMechanism { kScramSha512, kScramSha256, kPlain };

// "SASL_SSL", as librdkafka's security.protocol has it.
std::string_view to_string(SecurityProtocol protocol);
// "SCRAM-SHA-512", as librdkafka's sasl.mechanism has it.
std::string_view to_string(SaslMechanism mechanism);

struct ExternalRedpanda {
  std::vector<HostPort> bootstrap_servers;
  SecurityProtocol security_protocol = SecurityProtocol::kSaslSsl;
  SaslMechanism sasl_mechanism = SaslMechanism::kScramSha512;
  std::string credentials_secret;
  std::string username_key, password_key;
  // Where the brokers are; empty: any public address.
  std::vector<std::string> cidrs;
};

struct Redpanda {
  Mode mode = Mode::kManaged;        // never kDisabled
  std::optional<std::string> image;  // unset: the operator's
  int replicas = 1;
  ContainerResources resources;
  Storage storage;
  ExternalRedpanda external;  // meaningful when mode is kExternal

  // 1 below three brokers, else 3: even factors add cost, not safety.
  [[nodiscard]] int replication_factor() const { return replicas < 3 ? 1 : 3; }
};

// Flags of `rpk redpanda start`, from the container's resources.
struct RedpandaMemory {
  int smp = 1;                 // --smp: whole cores of the request, at least 1
  std::int64_t memory_mi = 0;  // --memory, in MiB: 90 % of the memory request
  int reserve_memory_mi = 0;   // --reserve-memory: the 10 % above are the reserve
  bool overprovisioned = false;
};
// Source: charts/redpanda/values.go of redpanda-operator.
RedpandaMemory redpanda_memory(const ContainerResources& resources);

// --- falkordb and valkey

struct ExternalStore {
  std::string host;
  int port = 6379;
  std::optional<SecretKey> password;  // unset: no password
  std::vector<std::string> cidrs;     // empty: any public address
};

struct Falkordb {
  Mode mode = Mode::kManaged;
  std::optional<std::string> image;
  ContainerResources resources;
  // At most 75 % of the memory limit: a fork for a rewrite of the append-only file needs the rest.
  Quantity max_memory;
  std::string append_fsync;  // "everysec" or "always"
  Storage storage;
  ExternalStore external;
};

struct Valkey {
  Mode mode = Mode::kManaged;
  std::optional<std::string> image;
  ContainerResources resources;
  Quantity max_memory;            // as in Falkordb
  std::string max_memory_policy;  // as valkey.conf has it: "allkeys-lru"
  std::string append_fsync;
  Storage storage;
  ExternalStore external;
};

// 75 % of a memory limit, in whole MiB.
Quantity max_memory_of(const Quantity& memory_limit);

// --- worker

// Consumer lag that starts or adds a worker.
struct LagTrigger {
  std::string topic;
  int lag_threshold = 0;             // messages a replica
  int activation_lag_threshold = 0;  // messages below which the topic asks for nothing
};

// A resource that adds workers when their average use passes the value.
struct AverageTrigger {
  bool enabled = false;
  Quantity average_value;
};

struct Autoscaling {
  bool enabled = true;
  int min_replicas = 1;
  int max_replicas = 5;
  std::chrono::seconds polling_interval{15};
  std::chrono::seconds cooldown_period{300};
  std::chrono::seconds scale_up_stabilization{0};
  std::chrono::seconds scale_down_stabilization{300};
  std::vector<LagTrigger> lag;  // KEDA only: an HPA cannot read lag
  AverageTrigger cpu, memory;
  int fallback_failure_threshold = 3;
  int fallback_replicas = 2;
};

// Each of these four is on when its Secret is named.
struct Llm {
  std::string provider, model;
  SecretKey api_key;
};
struct Embeddings {
  std::string provider, model;
  SecretKey api_key;
};
struct Neo4j {
  std::string credentials_secret;
  std::string uri_key, username_key, password_key;
  std::string database;
  std::vector<std::string> cidrs;  // empty: any public address
};
struct Supabase {
  SecretKey database_url;
  std::vector<std::string> cidrs;  // empty: any public address
};

struct Worker {
  bool enabled = true;
  std::optional<std::string> image;
  int replicas = 1;  // when autoscaling is off; otherwise the autoscaler's
  ContainerResources resources;
  Quantity cache_size, logs_size;  // of its two emptyDir volumes
  std::string consumer_group;
  std::string log_level;  // "debug", "info", "warn", "error"
  std::chrono::seconds termination_grace_period{60};
  Autoscaling autoscaling;
  std::optional<Llm> llm;
  std::optional<Embeddings> embeddings;
  std::optional<Neo4j> neo4j;
  std::optional<Supabase> supabase;
};

// --- flink

struct FlinkObjectStore {
  std::string uri;                      // "s3://bucket/path", without a slash at its end
  std::optional<std::string> endpoint;  // "https://account.r2.cloudflarestorage.com"
  bool path_style_access = true;
  std::string credentials_secret;
  std::string access_key_id_key, secret_access_key_key;
  std::vector<std::string> cidrs;  // empty: any public address
};

struct FlinkProcess {
  Quantity cpu, memory;
  int replicas = 1;
};

struct Flink {
  bool enabled = false;
  std::optional<std::string> image;
  std::string version;  // "v1_20", as FlinkDeployment's flinkVersion has it
  FlinkProcess job_manager, task_manager;
  int task_slots = 2;
  std::string state_backend;    // "hashmap" or "rocksdb"
  std::string checkpoint_mode;  // "EXACTLY_ONCE" or "AT_LEAST_ONCE"
  std::chrono::seconds checkpoint_interval{60};
  bool high_availability = true;
  // Checkpoints, savepoints and metadata of high availability: exactly one of these when enabled.
  std::optional<FlinkObjectStore> object_store;
  std::optional<std::string> claim;
  // Further entries of flinkConfiguration.
  std::map<std::string, std::string> configuration;
};

// --- networkPolicy

// Pods, told by their labels and those of their namespace.
struct Peer {
  std::map<std::string, std::string> namespace_labels;  // empty: the data layer's own namespace
  std::map<std::string, std::string> pod_labels;        // empty: every pod of those namespaces
};

enum class ClientAccess { kKafka, kSchemaRegistry, kHttpProxy };

struct NetworkClient {
  std::string name;
  // Unset: addresses only.
  std::optional<Peer> peer;
  std::vector<std::string> cidrs;
  std::vector<ClientAccess> access;
};

struct Dns {
  Peer peer;
  std::vector<std::string> cidrs;  // a node-local cache, as 169.254.20.10/32
  std::vector<int> ports;
};

struct NetworkPolicies {
  bool enabled = true;
  bool allow_namespace_traffic = false;  // every pod of the namespace to every other
  std::vector<NetworkClient> clients;
  Dns dns;
  Peer keda, prometheus, flink_operator;
  std::vector<std::string> api_server_cidrs;  // empty: what the operator knows
  // Never reached through a rule for "any public address"; IPv4 and IPv6 mixed.
  std::vector<std::string> blocked_cidrs;
};

// --- the rest

struct Exporter {
  std::optional<std::string> image;
  ContainerResources resources;
};

struct Monitoring {
  bool enabled =
      true;  // exporters beside FalkorDB and Valkey, and the rule that lets Prometheus in
  bool scrape_annotations = true;  // prometheus.io/scrape, port and path on every pod with metrics
  Exporter exporter;
};

// Whether the operator makes the passwords of the managed parts, or someone else (External Secrets,
// Sealed Secrets) writes these Secrets.
enum class Credential { kGenerated, kProvided };

struct Secrets {
  Credential credentials = Credential::kGenerated;
};

enum class VolumeRetention { kRetain, kDelete };

struct Spec {
  Profile profile = Profile::kFull;
  bool paused = false;
  std::vector<std::string> image_pull_secrets;
  Guardrails guardrails;
  Redpanda redpanda;
  Falkordb falkordb;
  Valkey valkey;
  Worker worker;
  Flink flink;
  NetworkPolicies network_policy;
  Monitoring monitoring;
  Secrets secrets;
  VolumeRetention volumes = VolumeRetention::kRetain;
};

// The CRD as it is installed, from the file that is compiled in.
const Json& crd();
// The OpenAPI schema of `.spec` in it, with the defaults, which the CRD itself does not have.
const Json& spec_schema();

// `spec` is the resource's .spec (null and {} are the same). Applies the defaults, then
// derives what is unset: modes from the profile, maxMemory from the limit, the CPU trigger from the
// limit.
Spec parse_spec(const Json& spec);

// What the schema cannot say, in the same words as the CRD's CEL rules; it holds again here because
// a resource may be older than the rule, and because rendering needs no API server.
std::vector<Violation> validate(const Spec& spec);

// Everything that is wrong with a .spec as a person wrote it: unknown fields, types, bounds and
// enums first; when there are none of these, validate().
std::vector<Violation> check_spec(const Json& spec);

}  // namespace argus::adl
