// Files of the source tree as text, compiled in (embedded_text.cpp is made by CMake).
//
// Threads: constants.
#pragma once

#include <string_view>

namespace argus::adl {

// crds/argusdatalayers.argus.dev.yaml
extern const std::string_view kCrdText;
// controllers/argusdatalayer/model/defaults.yaml
extern const std::string_view kDefaultsText;

}  // namespace argus::adl
