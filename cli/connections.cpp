#include "cli/connections.h"

#include "event/analyzed_event.h"
#include "event/ingested_event.h"
#include "pipeline/dead_letter.h"
#include "settings/connection_settings.h"

namespace argus::cli {
namespace {

// The environment, with the flags in front of it.
worker::SettingSources sources(const GivenSettings& given) {
  worker::SettingSources process = worker::process_sources("");
  process.environment = [given, environment = std::move(process.environment)](
                            const std::string& name) -> std::optional<std::string> {
    if (const auto found = given.find(name); found != given.end()) return found->second;
    constexpr std::string_view kFile = "_FILE";
    const bool is_file = name.size() > kFile.size() && name.ends_with(kFile);
    // A flag takes the place of the file, too.
    if (is_file && given.contains(name.substr(0, name.size() - kFile.size()))) return std::nullopt;
    return environment(name);
  };
  return process;
}

void require_none(const worker::SettingProblems& problems) {
  if (problems.empty()) return;
  std::string text = std::to_string(problems.size()) + " problem(s) with the settings:";
  for (const std::string& problem : problems) text += "\n  - " + problem;
  throw UsageError(text + "\nSee --help of the command for every setting.");
}

}  // namespace

BrokerAccess broker_access(const GivenSettings& given) {
  BrokerAccess access;
  access.connection.client_id = "argusctl";
  std::string prefix;
  auto problems = worker::load_settings(worker::kafka_settings(access.connection, prefix),
                                        sources(given), "argusctl");
  worker::check_login(access.connection, problems);
  require_none(problems);
  access.ingested_topic = prefix + std::string(worker::kIngestedTopic);
  access.analyzed_topic = prefix + std::string(worker::kAnalyzedTopic);
  access.dead_letter_topic = prefix + std::string(worker::kDeadLetterTopic);
  return access;
}

worker::FalkorDbEndpoint graph_access(const GivenSettings& given) {
  worker::FalkorDbEndpoint endpoint;
  require_none(
      worker::load_settings(worker::falkordb_settings(endpoint), sources(given), "argusctl"));
  return endpoint;
}

std::string broker_settings_help() {
  BrokerAccess access;
  std::string prefix;
  return worker::describe_settings(worker::kafka_settings(access.connection, prefix));
}

std::string graph_settings_help() {
  worker::FalkorDbEndpoint endpoint;
  return worker::describe_settings(worker::falkordb_settings(endpoint));
}

}  // namespace argus::cli
