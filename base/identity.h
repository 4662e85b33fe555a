// A name that nobody else has: for a process that holds a lease, a Job, an ingestion.
//
// Threads: any. Failure: std::exception when the machine has no source of random numbers.
#pragma once

#include <string>

namespace argus::base {

// 128 random bits as 32 hexadecimal digits, lower case.
[[nodiscard]] std::string random_identity();

}  // namespace argus::base
