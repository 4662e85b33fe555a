// What argus-worker is told: by the environment, and by a file for what the environment does not
// say.
//
// Threads: free functions and values. Failure: what is wrong is a list of sentences, all of them at
// once; nothing is thrown.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "base/log.h"
#include "graph/falkordb_connection.h"
#include "kafka/options.h"
#include "pipeline/pipeline.h"
#include "settings/setting.h"

namespace argus::worker {

struct Config {
  kafka::ConnectionOptions kafka;
  std::string consumer_group;
  std::chrono::seconds session{};  // of a member of the group
  std::string ingested_topic;
  FalkorDbEndpoint falkordb;
  PipelineOptions pipeline;
  std::string ctags;
  std::string http_address;
  std::uint16_t http_port = 0;
  base::LogLevel log_level = base::LogLevel::kInfo;
};

[[nodiscard]] std::variant<Config, SettingProblems> load_config(const SettingSources& sources);

// Every setting with its default and meaning, for --help.
[[nodiscard]] std::string settings_help();

}  // namespace argus::worker
