// Kubernetes objects are JSON, in every room of this controller under this name.
//
// Threads: values.
#pragma once

#include "kube_object/object.h"

namespace argus::adl {

using Json = kube::Json;

}  // namespace argus::adl
