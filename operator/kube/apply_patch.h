// An object as the body of a server-side apply. The API server reads it as YAML, which is not quite
// a superset of JSON: some characters that JSON allows in a string break it or change it.
//
// Threads: pure. Failure: nlohmann's type_error for strings that are not UTF-8.
#pragma once

#include <string>

#include "kube_object/object.h"

namespace argus::kube {

std::string apply_patch_of(const Json& object);

}  // namespace argus::kube
