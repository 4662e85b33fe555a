// The broker and the store that the tests run against: ARGUS_TEST_KAFKA*, ARGUS_TEST_FALKORDB*, and
// the script that stops and starts them.
//
// Threads: use from one. Failure: std::runtime_error with a sentence when something is not named.
#pragma once

#include <string>
#include <vector>

#include "graph/falkordb_connection.h"
#include "kafka/options.h"

namespace argus::worker::live {

struct Services {
  kafka::ConnectionOptions kafka;
  std::string kafka_password_file;
  FalkorDbEndpoint falkordb;
  std::string falkordb_password_file;
  std::string script;     // deploy/local/services
  std::string directory;  // of the instance
};

// From the environment that `deploy/local/services env` prints.
Services services();

void kill_falkordb(const Services& services);
void start_falkordb(const Services& services);
void stop_kafka(const Services& services);
void start_kafka(const Services& services);

// The process id of a service that runs: falkordb, kafka.
int process_of(const Services& services, const std::string& name);

}  // namespace argus::worker::live
