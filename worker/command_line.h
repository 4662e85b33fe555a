// argus-worker's command line. The only user of CLI11 in this room.
//
// Threads: a free function. Failure: a line that is wrong is reported on standard error.
#pragma once

#include <string>
#include <variant>

namespace argus::worker {

struct CommandLine {
  std::string config_file;
  bool check_config = false;
};

// What to do, or the status to exit with at once (help, version, a mistake).
std::variant<CommandLine, int> read_command_line(int argc, char** argv);

}  // namespace argus::worker
