// How a client reaches the broker.
//
// Threads: values.
#pragma once

#include <string>

namespace argus::worker::kafka {

struct ConnectionOptions {
  std::string bootstrap_servers;                     // host:port, comma separated
  std::string security_protocol = "SASL_PLAINTEXT";  // PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
  std::string sasl_mechanism = "SCRAM-SHA-512";
  std::string username;
  std::string password;
  std::string ca_file;  // PEM, for SSL; empty: the system's
  std::string client_id = "argus-worker";
};

}  // namespace argus::worker::kafka
