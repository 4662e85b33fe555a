// The configuration of a Redis server, as a file and as the script that starts it.
//
// The password is never an argument, where everyone who lists processes would see it: start.sh
// writes the configuration, password included, to the server's standard input.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "argusdatalayer/model/quantity.h"

namespace argus::adl {

// The files of a ConfigMap, by name.
using Files = std::map<std::string, std::string>;

// A redis.conf without its password.
[[nodiscard]] std::string redis_configuration(std::string_view data_path,
                                              const Quantity& max_memory, std::string_view policy,
                                              std::string_view append_fsync);

// The shell script that starts `server` with /etc/argus/<part_name>.conf. `before`: lines that run
// first; `configuration`: lines that are added to the file, with the shell's variables in them.
[[nodiscard]] std::string redis_start_script(std::string_view before, std::string_view server,
                                             std::string_view part_name,
                                             std::string_view configuration);

}  // namespace argus::adl
