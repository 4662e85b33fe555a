#include "worker/command_line.h"

#include <CLI/CLI.hpp>

#include "worker/config.h"

namespace argus::worker {

std::variant<CommandLine, int> read_command_line(int argc, char** argv) {
  CommandLine line;
  CLI::App app(
      "Builds tenant-scoped code graphs in FalkorDB from the events of argus.codebase.ingested.",
      "argus-worker");
  app.set_version_flag("--version", "argus-worker " ARGUS_VERSION);
  app.add_option("--config", line.config_file,
                 "YAML or JSON file with the settings below; the environment wins over it");
  app.add_flag("--check-config", line.check_config, "Say whether the settings are right, and exit");
  app.footer("Settings, by environment or file:\n" + settings_help() +
             "\nVALKEY_*, NEO4J_*, LLM_*, EMBEDDING_* and DATABASE_URL may be set; this version "
             "reads none of them.\n"
             "Serves /health, /ready and /metrics. SIGTERM: finishes what is in hand, commits, "
             "leaves the group.\n"
             "Exit codes: 0 stopped or all right, 1 failed, 2 wrong usage or settings.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return line;
}

}  // namespace argus::worker
