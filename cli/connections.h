// How argusctl reaches broker and graph: the worker's settings, by environment or flag.
//
// Threads: free functions. Failure: UsageError, whose what() lists everything that is wrong.
#pragma once

#include <stdexcept>
#include <string>

#include "cli/options.h"
#include "graph/falkordb_connection.h"
#include "kafka/options.h"

namespace argus::cli {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct BrokerAccess {
  worker::kafka::ConnectionOptions connection;
  std::string ingested_topic;
  std::string analyzed_topic;
  std::string dead_letter_topic;
};

[[nodiscard]] BrokerAccess broker_access(const GivenSettings& given);
[[nodiscard]] worker::FalkorDbEndpoint graph_access(const GivenSettings& given);

// For --help.
[[nodiscard]] std::string broker_settings_help();
[[nodiscard]] std::string graph_settings_help();

}  // namespace argus::cli
