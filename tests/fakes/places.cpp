#include "fakes/places.h"

namespace argus::fakes {

std::string source_path(std::string_view below) {
  return std::string(ARGUS_SOURCE_DIR "/") + std::string(below);
}

std::string build_path(std::string_view below) {
  return std::string(ARGUS_BINARY_DIR "/") + std::string(below);
}

}  // namespace argus::fakes
