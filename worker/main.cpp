// argus-worker: the floor plan. Read the settings, build the rooms, run until told to stop.

#include <exception>
#include <iostream>
#include <variant>

#include "base/clock.h"
#include "base/health_server.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/shutdown.h"
#include "extract/extractor.h"
#include "graph/falkordb_code_graph.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "pipeline/pipeline.h"
#include "worker/command_line.h"
#include "worker/config.h"

namespace argus::worker {
namespace {

constexpr int kFailed = 1;
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

int run(const Config& config) {
  base::Shutdown shutdown;  // before any thread: they inherit the blocked signals
  base::configure_logging({.level = config.log_level});
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
  base::log_info("argus-worker runs", {{"group", config.consumer_group},
                                       {"topic", config.ingested_topic},
                                       {"http_port", health.port()}});
  std::exception_ptr failure;
  std::jthread poller([&] {
    try {
      pipeline.run(consumer, shutdown.token());
    } catch (...) {
      failure = std::current_exception();
      shutdown.request();
    }
  });
  shutdown.wait();
  poller.join();
  if (failure) std::rethrow_exception(failure);
  base::log_info("argus-worker stops", {});
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
  try {
    return run(std::get<Config>(loaded));
  } catch (const std::exception& error) {
    base::log_error("argus-worker failed", {{"reason", error.what()}});
    return kFailed;
  }
}

}  // namespace
}  // namespace argus::worker

int main(int argc, char** argv) { return argus::worker::main(argc, argv); }
