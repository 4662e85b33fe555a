// Passwords that the operator makes: once, from the system's cryptographic generator, and never
// again while the Secret or the volume that it fits exists.
//
// OpenSSL lives in credentials.cpp only. Threads: every function may be called from any thread.
// Failure: std::runtime_error when the generator fails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argus::adl {

// Letters and digits only, so that a password needs no quoting in a redis.conf, in users.txt (where
// a colon separates) or in a URL. 32 of them hold 190 bits.
inline constexpr std::size_t kPasswordLength = 32;

[[nodiscard]] std::string generate_password();

// The first 16 hexadecimal digits of the SHA-256 of `salt` and `material`: tells a roll annotation
// that a Secret changed, without giving away what is in it. The salt is another in each namespace:
// equal passwords do not show, and hashes that were computed beforehand are of no use.
[[nodiscard]] std::string material_hash(std::string_view salt, std::string_view material);

}  // namespace argus::adl
