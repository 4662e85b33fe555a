// What argusctl is asked to do, as values.
//
// Threads: values.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "event/tenant.h"

namespace argus::cli {

enum class OutputFormat { kText, kJson };

// Settings given as flags, by the name of their environment variable; they win over it.
using GivenSettings = std::map<std::string, std::string>;

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
};

struct GraphOptions {
  bool dump = false;  // everything, instead of a summary
  worker::Tenant tenant;
  worker::DatasetType type = worker::DatasetType::kCodebase;
  OutputFormat output = OutputFormat::kText;
  GivenSettings settings;
};

}  // namespace argus::cli
