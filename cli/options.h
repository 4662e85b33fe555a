// What argusctl is asked to do, as values.
//
// Threads: values.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "event/tenant.h"

namespace argus::cli {

enum class OutputFormat { kText, kJson };

// Settings given as flags, by the name of their environment variable; they win over it.
using GivenSettings = std::map<std::string, std::string>;

// How a command is run in a pod of the data layer instead of here.
struct ClusterOptions {
  bool in_cluster = false;
  std::string ns = "argus-data";
  std::string kubeconfig;  // empty: as kubectl finds it
  std::string context;     // empty: the current one
  std::string image;       // empty: that of the data layer
  std::string kubectl = "kubectl";
};

struct IngestOptions {
  std::string path;
  worker::Tenant tenant;
  std::string repository;    // empty: found out
  std::string ingestion_id;  // empty: a new one
  bool use_git = true;
  bool dry_run = false;
  bool allow_empty = false;
  bool verbose = false;
  bool wait = true;
  std::chrono::seconds timeout{600};
  OutputFormat output = OutputFormat::kText;
  GivenSettings settings;
  ClusterOptions cluster;
  // In a pod of --in-cluster: the tree comes in on standard input, and is unpacked to `path`.
  bool tree_comes_in = false;
  bool over_attach = false;
};

struct GraphOptions {
  bool dump = false;  // everything, instead of a summary
  worker::Tenant tenant;
  worker::DatasetType type = worker::DatasetType::kCodebase;
  OutputFormat output = OutputFormat::kText;
  GivenSettings settings;
  ClusterOptions cluster;
  bool over_attach = false;  // in a pod of --in-cluster
};

struct BrokerOptions {
  std::string users_file;
  std::string service_user = "argus-service";
  // What users.txt has to be: its users_hash() with this salt; empty: whatever it is. A kubelet may
  // bring the file before this one.
  std::string users_hash, users_salt;
  std::vector<std::string> admin_urls;  // of Redpanda's Admin API; none: users are left alone
  std::vector<std::string> groups;      // of consumers, besides those that begin with "argus"
  int replication_factor = 0;           // 0: by the number of brokers
  bool watch = false;                   // again and again, until a signal
  std::chrono::seconds period{30};
  // While it watches: where readiness is served (0: nowhere), the file that what there is to say is
  // written to before ending for it (empty: only the log has it), and the one that remembers it.
  int health_port = 0;
  std::string message_file, memory_file;
  GivenSettings settings;
};

}  // namespace argus::cli
