// argus-worker: the floor plan. Read the settings, build the rooms, run until told to stop.

#include <iostream>
#include <variant>

#include "base/clock.h"
#include "base/health_server.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/run_until_stopped.h"
#include "extract/extractor.h"
#include "graph/falkordb_code_graph.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "pipeline/pipeline.h"
#include "worker/command_line.h"
#include "worker/config.h"

namespace argus::worker {
namespace {

constexpr int kWrongUsage = 2;

MakeExtractor extractors(const Config& config) {
  return [options = ExtractorOptions{.ctags = config.ctags}]() -> ExtractFile {
    auto extractor = std::make_shared<Extractor>(options);
    return
        [extractor](const SourceFile& file) { return extractor->extract(file.path, file.content); };
  };
}

base::HealthServerOptions health_options(const Config& config) {
  return {.address = config.http_address,
          .port = config.http_port,
          .liveness_path = "/health",
          .readiness_path = "/ready"};
}

int serve(const Config& config, const std::stop_token& stop) {
  base::Metrics metrics;
  const auto graph = make_falkordb_code_graph({config.falkordb});
  kafka::Producer producer({config.kafka});
  Pipeline pipeline(config.pipeline, *graph, producer, extractors(config), metrics,
                    base::system_clock());
  kafka::Consumer consumer({.connection = config.kafka,
                            .group = config.consumer_group,
                            .topics = {config.ingested_topic},
                            .session = config.session},
                           pipeline.listener());
  const base::HealthServer health(health_options(config), metrics, {},
                                  {{"pipeline", [&] { return pipeline.problem(); }}});
  base::log_info("argus-worker started", {{"group", config.consumer_group},
                                          {"topic", config.ingested_topic},
                                          {"http_port", health.port()}});
  pipeline.run(consumer, stop);
  base::log_info("argus-worker stopped", {});
  return 0;
}

int main(int argc, char** argv) {
  const auto line = read_command_line(argc, argv);
  if (const int* status = std::get_if<int>(&line)) return *status;
  const auto& command = std::get<CommandLine>(line);
  const auto loaded = load_config(process_sources(command.config_file));
  if (const auto* problems = std::get_if<SettingProblems>(&loaded)) {
    std::cerr << "argus-worker: " << problems->size() << " problem(s) with the settings:\n";
    for (const std::string& problem : *problems) std::cerr << "  - " << problem << "\n";
    std::cerr << "See argus-worker --help for every setting.\n";
    return kWrongUsage;
  }
  if (command.check_config) {
    std::cout << "The settings are right.\n";
    return 0;
  }
  const auto& config = std::get<Config>(loaded);
  base::configure_logging({.level = config.log_level});
  return base::run_until_stopped("argus-worker",
                                 [&](const std::stop_token& stop) { return serve(config, stop); });
}

}  // namespace
}  // namespace argus::worker

int main(int argc, char** argv) { return argus::worker::main(argc, argv); }
