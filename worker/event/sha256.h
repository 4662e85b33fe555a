// SHA-256 (FIPS 180-4) as lower-case hexadecimal. The only adapter of OpenSSL in this room.
//
// Threads: free functions. Failure: std::runtime_error when OpenSSL has no memory.
#pragma once

#include <string>
#include <string_view>

namespace argus::worker {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace argus::worker
