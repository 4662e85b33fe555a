// What argus-worker is told: by the environment, and by a file for what the environment does not
// say.
//
// Threads: free functions and values. Failure: what is wrong is a list of sentences, all of them at
// once; nothing is thrown.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.h"
#include "graph/falkordb_connection.h"
#include "kafka/options.h"
#include "pipeline/pipeline.h"

namespace argus::worker {

struct Config {
  kafka::ConnectionOptions kafka;
  std::string consumer_group;
  std::string ingested_topic;
  FalkorDbEndpoint falkordb;
  PipelineOptions pipeline;
  std::string ctags;
  std::string http_address;
  std::uint16_t http_port = 0;
  base::LogLevel log_level = base::LogLevel::kInfo;
};

// Where settings come from; both give std::nullopt for what is not there.
struct ConfigSources {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  std::string config_file;  // YAML or JSON: a mapping from setting to value; empty: none
};

using ConfigProblems = std::vector<std::string>;

// The environment wins over the file. Of a secret, NAME_FILE may name a file that holds it.
[[nodiscard]] std::variant<Config, ConfigProblems> load_config(const ConfigSources& sources);

// Every setting with its default and meaning, for --help.
[[nodiscard]] std::string settings_help();

// The process's environment and files.
[[nodiscard]] ConfigSources process_sources(std::string config_file);

}  // namespace argus::worker
