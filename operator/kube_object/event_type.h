// The type of a Kubernetes Event, as events.k8s.io/v1 has it.
//
// Threads: values.
#pragma once

namespace argus::kube {

enum class EventType { kNormal, kWarning };

}  // namespace argus::kube
