// The settings that say how broker and graph are reached: the same names for argus-worker and
// argusctl.
//
// Threads: free functions. Ownership: the targets outlive the settings.
#pragma once

#include <string>
#include <vector>

#include "graph/falkordb_connection.h"
#include "kafka/options.h"
#include "settings/setting.h"

namespace argus::worker {

// `topic_prefix` is put before every topic's name.
[[nodiscard]] std::vector<Setting> kafka_settings(kafka::ConnectionOptions& connection,
                                                  std::string& topic_prefix);
[[nodiscard]] std::vector<Setting> falkordb_settings(FalkorDbEndpoint& endpoint);

// Adds what is wrong with the login as a whole, unless it was reported already.
void check_login(const kafka::ConnectionOptions& connection, SettingProblems& problems);

}  // namespace argus::worker
