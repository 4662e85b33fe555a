#include "argusdatalayer/secrets/credentials.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace argus::adl {

std::string generate_password() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // The largest multiple of the alphabet's size below 256: bytes above it would favour some
  // letters.
  constexpr unsigned kFair = 256 / kAlphabet.size() * kAlphabet.size();
  std::string password;
  while (password.size() < kPasswordLength) {
    std::array<unsigned char, kPasswordLength> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
      throw std::runtime_error("cannot generate a password: the random number generator failed");
    }
    for (const unsigned char byte : bytes) {
      if (byte < kFair && password.size() < kPasswordLength) {
        password += kAlphabet[byte % kAlphabet.size()];
      }
    }
  }
  return password;
}

std::string material_hash(std::string_view salt, std::string_view material) {
  std::string input(salt);
  input += '\0';
  input += material;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("cannot hash a Secret: SHA-256 is not available");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kBytes = 8;
  std::string text;
  for (std::size_t i = 0; i < kBytes; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 0xf];
  }
  return text;
}

}  // namespace argus::adl
