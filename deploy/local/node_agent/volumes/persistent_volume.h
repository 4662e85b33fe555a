// The PersistentVolume that is made for a claim, and how one is known again.
//
// Threads: pure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "kube_object/object.h"

namespace argus::node {

// pvc-UID, as every provisioner names them.
[[nodiscard]] std::string volume_name(const kube::Json& claim);

// NAMESPACE-CLAIM-UID, for people who look at the disk; the claim's name is cut where the whole
// would be too long for a file name.
[[nodiscard]] std::string directory_name(const kube::Json& claim);

// A local volume, not a hostPath: of the two the kubelet applies fsGroup only to the first.
[[nodiscard]] kube::Json persistent_volume(const kube::Json& claim, const kube::Json& storage_class,
                                           const std::string& node,
                                           const std::filesystem::path& path);

// Our provisioner made it.
[[nodiscard]] bool is_ours(const kube::Json& volume);
[[nodiscard]] bool holds_directory(const kube::Json& volume);  // our finalizer is there

// The last part of `path` when it lies directly in `root` and nothing in it leads elsewhere.
[[nodiscard]] std::optional<std::string> directory_within(const std::filesystem::path& path,
                                                          const std::filesystem::path& root);

}  // namespace argus::node
