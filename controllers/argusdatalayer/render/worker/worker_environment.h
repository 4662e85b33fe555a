// The worker's configuration, by the names that argus-worker reads (worker/config.h,
// worker/settings/): what is public goes into the ConfigMap cognee-worker-config, what is secret is
// referred to.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {

[[nodiscard]] std::map<std::string, std::string> worker_settings(const Spec& spec,
                                                                 const Facts& facts);

struct SecretVariable {
  std::string name;
  SecretKey source;
};
[[nodiscard]] std::vector<SecretVariable> worker_secret_variables(const Spec& spec,
                                                                  const Facts& facts);

}  // namespace argus::adl
