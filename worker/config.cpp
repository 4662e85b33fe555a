#include "worker/config.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include "event/ingested_event.h"
#include "settings/connection_settings.h"

namespace argus::worker {
namespace {

std::vector<Setting> pipeline_settings(PipelineOptions& pipeline) {
  const std::string threads = std::to_string(std::max(1U, std::thread::hardware_concurrency()));
  return {
      {"WORKER_LANES", threads, "Datasets in work at the same time.",
       number_into(1, 64, [&](std::int64_t v) { pipeline.lanes = static_cast<std::size_t>(v); })},
      {"WORKER_EXTRACTORS", threads, "Threads that extract code, each with a ctags process.",
       number_into(1, 64,
                   [&](std::int64_t v) { pipeline.extractors = static_cast<std::size_t>(v); })},
      {"WORKER_IN_FLIGHT_MEBIBYTES", "64",
       "Messages read ahead and not yet dealt with, in MiB; beyond it partitions are paused.",
       number_into(
           1, 4096,
           [&](std::int64_t v) { pipeline.in_flight_bytes = static_cast<std::size_t>(v) << 20; })},
      {"WORKER_FILE_BYTES_MAX", std::to_string(kFileBytesMax),
       "A larger file in an event is refused.",
       number_into(
           1, std::int64_t{16} << 20,
           [&](std::int64_t v) { pipeline.limits.file_bytes = static_cast<std::size_t>(v); })},
      {"WORKER_DRAIN_SECONDS", "10",
       "How long work in hand may go on at a stop or rebalance; keep it below the grace period.",
       number_into(0, 600, [&](std::int64_t v) { pipeline.drain = std::chrono::seconds(v); })},
      {"WORKER_INGESTION_EXPIRY_SECONDS", "86400",
       "An ingestion that stays incomplete so long is reported as expired.",
       number_into(60, std::int64_t{30} * 86400,
                   [&](std::int64_t v) { pipeline.ingestion_expiry = std::chrono::seconds(v); })},
  };
}

std::vector<Setting> process_settings(Config& config) {
  return {
      {"KAFKA_CONSUMER_GROUP", "argus-cognee-workers",
       "The consumer group; all workers of a data layer share one.",
       text_into(config.consumer_group)},
      {"KAFKA_SESSION_SECONDS", "20",
       "After so long without a sign of life a worker's partitions go to another; at least the "
       "broker's group.min.session.timeout.ms.",
       number_into(1, 1800, [&](std::int64_t v) { config.session = std::chrono::seconds(v); })},
      {"CTAGS", "ctags", "The universal-ctags program.", text_into(config.ctags)},
      {"HTTP_ADDRESS",
       "::", "Where /health, /ready and /metrics are served; ::, every address, IPv4 included.",
       text_into(config.http_address)},
      {"HTTP_PORT", "8080", "Their port; 0: any free one.",
       number_into(0, 65535,
                   [&](std::int64_t v) { config.http_port = static_cast<std::uint16_t>(v); })},
      {"LOG_LEVEL", "info", "debug, info, warning or error.",
       word_into({"debug", "info", "warning", "error"},
                 [&](const std::string& v) { config.log_level = base::log_level_from(v); })},
  };
}

std::vector<Setting> all_settings(Config& config, std::string& topic_prefix) {
  std::vector<Setting> settings = kafka_settings(config.kafka, topic_prefix);
  for (auto group : {falkordb_settings(config.falkordb), pipeline_settings(config.pipeline),
                     process_settings(config)}) {
    std::move(group.begin(), group.end(), std::back_inserter(settings));
  }
  return settings;
}

}  // namespace

std::variant<Config, SettingProblems> load_config(const SettingSources& sources) {
  Config config;
  std::string prefix;
  SettingProblems problems = load_settings(all_settings(config, prefix), sources, "argus-worker");
  check_login(config.kafka, problems);
  if (!problems.empty()) return problems;
  config.ingested_topic = prefix + std::string(kIngestedTopic);
  for (std::string* topic : {&config.pipeline.analyzed_topic, &config.pipeline.dead_letter_topic}) {
    *topic = prefix + *topic;
  }
  return config;
}

std::string settings_help() {
  Config config;
  std::string prefix;
  return describe_settings(all_settings(config, prefix));
}

}  // namespace argus::worker
