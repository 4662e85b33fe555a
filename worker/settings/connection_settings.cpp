#include "settings/connection_settings.h"

namespace argus::worker {

std::vector<Setting> kafka_settings(kafka::ConnectionOptions& connection,
                                    std::string& topic_prefix) {
  return {
      {"KAFKA_BOOTSTRAP_SERVERS", "", "Brokers to begin with: host:port, separated by commas.",
       text_into(connection.bootstrap_servers), true},
      {"KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.",
       word_into({"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"},
                 [&connection](const std::string& word) { connection.security_protocol = word; })},
      {"KAFKA_SASL_MECHANISM", "SCRAM-SHA-512", "SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN.",
       word_into({"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"},
                 [&connection](const std::string& word) { connection.sasl_mechanism = word; })},
      {"KAFKA_SASL_USERNAME", "", "The user, for a SASL protocol.", text_into(connection.username),
       false, true},
      {"KAFKA_SASL_PASSWORD", "", "Its password.", text_into(connection.password), false, true},
      {"KAFKA_CA_FILE", "", "PEM certificates to trust; empty: the system's.",
       text_into(connection.ca_file)},
      {"ARGUS_TOPIC_PREFIX", "",
       "Put before every topic's name (argus.codebase.ingested, argus.codebase.analyzed, "
       "argus.dlq).",
       text_into(topic_prefix)},
  };
}

std::vector<Setting> falkordb_settings(FalkorDbEndpoint& endpoint) {
  return {
      {"FALKORDB_HOST", "", "The host of FalkorDB.", text_into(endpoint.host), true},
      {"FALKORDB_PORT", "6379", "Its port.",
       number_into(
           1, 65535,
           [&endpoint](std::int64_t port) { endpoint.port = static_cast<std::uint16_t>(port); })},
      {"FALKORDB_USERNAME", "", "Its user; empty: the default user.", text_into(endpoint.user),
       false, true},
      {"FALKORDB_PASSWORD", "", "Its password; empty: none is sent.", text_into(endpoint.password),
       false, true},
  };
}

void check_login(const kafka::ConnectionOptions& connection, SettingProblems& problems) {
  for (const std::string& problem : problems) {
    if (problem.find("KAFKA_SASL_") != std::string::npos) return;
  }
  const bool sasl = connection.security_protocol.rfind("SASL_", 0) == 0;
  if (sasl && (connection.username.empty() || connection.password.empty())) {
    problems.push_back(
        "KAFKA_SECURITY_PROTOCOL is " + connection.security_protocol +
        ", which needs a login: set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (or _FILE).");
  }
}

}  // namespace argus::worker
