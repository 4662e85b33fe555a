// The ports of a broker, as its Services offer them.
//
// Threads: pure functions.
#pragma once

#include "argusdatalayer/model/ports.h"

namespace argus::adl {

struct RedpandaPort {
  const char* name;
  int number;
};
inline constexpr RedpandaPort kRedpandaPorts[] = {{"kafka", port::kKafka},
                                                  {"schema-registry", port::kSchemaRegistry},
                                                  {"http-proxy", port::kHttpProxy},
                                                  {"admin", port::kRedpandaAdmin},
                                                  {"rpc", port::kRedpandaRpc}};

}  // namespace argus::adl
