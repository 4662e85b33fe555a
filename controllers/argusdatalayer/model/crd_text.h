// crds/argusdatalayers.argus.dev.yaml as text, compiled in (crd_text.cpp is made by CMake).
//
// Threads: a constant.
#pragma once

#include <string_view>

namespace argus::adl {

extern const std::string_view kCrdText;

}  // namespace argus::adl
