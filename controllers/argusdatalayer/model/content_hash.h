// A hash that tells contents apart. It protects nothing: see secrets/credentials.h for what does.
//
// Threads: pure function.
#pragma once

#include <string>
#include <string_view>

namespace argus::adl {

// FNV-1a, 64 bit, in hexadecimal.
[[nodiscard]] std::string content_hash(std::string_view content);

}  // namespace argus::adl
