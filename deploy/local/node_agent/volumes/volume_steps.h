// Which steps bring the cluster's volumes to what its claims ask for. All decisions are made here.
// Source: https://github.com/kubernetes-sigs/sig-storage-lib-external-provisioner (controller.go),
// https://github.com/kubernetes-csi/external-resizer (controller.go, csi-less part).
//
// The steps of one volume come in order, each can be repeated, and after any of them the world says
// what is left to do: nothing is remembered.
//
// Threads: pure. Failure: none; what cannot be done is a step too, which says why.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "kube_object/object.h"
#include "runtime/object_store.h"

namespace argus::node {

inline constexpr const char* kProvisioner = "argus.dev/local";
// Keeps a volume's object until its directory is gone.
inline constexpr const char* kVolumeFinalizer = "argus.dev/local-directory";

// Make the directory, then the PersistentVolume of that name.
struct CreateVolume {
  kube::SharedObject claim;
  std::string directory;  // a name within the volumes' directory
  kube::Json volume;
};

// Delete the directory, then the PersistentVolume. An empty name: there is no directory of ours.
struct DeleteVolume {
  kube::SharedObject volume;
  std::string directory;
};

// The claim asks for more: first the volume says so, then, once it is seen to, the claim. A claim
// never has more than its volume, whichever write fails.
struct GrowVolume {
  kube::SharedObject volume;
  std::string capacity;
};
struct GrowClaim {
  kube::SharedObject claim;
  std::string capacity;
};

struct Refuse {
  kube::SharedObject about;
  std::string reason;
  std::string message;
};

using VolumeStep = std::variant<CreateVolume, DeleteVolume, GrowVolume, GrowClaim, Refuse>;

struct VolumeWorld {
  std::vector<kube::SharedObject> claims;
  std::vector<kube::SharedObject> volumes;
  std::vector<kube::SharedObject> classes;
};

// `root`: the absolute path of the directory that holds one directory for each volume.
[[nodiscard]] std::vector<VolumeStep> steps_for(const VolumeWorld& world,
                                                const std::filesystem::path& root);

}  // namespace argus::node
