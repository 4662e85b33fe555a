#include "node_volumes/volume_steps.h"

#include <algorithm>
#include <map>
#include <optional>

#include "argusdatalayer/model/quantity.h"
#include "node_volumes/persistent_volume.h"

namespace argus::node {
namespace {

using adl::Quantity;
using kube::Json;
using kube::SharedObject;

std::string text_at(const Json& object, const char* pointer) {
  return object.value(Json::json_pointer(pointer), "");
}

std::optional<Quantity> quantity_at(const Json& object, const char* pointer) {
  return Quantity::parse(text_at(object, pointer));
}

using ByName = std::map<std::string, SharedObject>;

ByName by_name(const std::vector<SharedObject>& objects) {
  ByName map;
  for (const SharedObject& object : objects) map[kube::key_of(*object).name] = object;
  return map;
}

std::string selected_node(const Json& claim) {
  return claim.value(Json::json_pointer("/metadata/annotations"), Json::object())
      .value("volume.kubernetes.io/selected-node", "");
}

// Why no volume of ours can serve the claim; empty when one can.
std::string objection(const Json& claim) {
  if (text_at(claim, "/spec/volumeMode") == "Block") {
    return "volumes of " + std::string(kProvisioner) +
           " are directories: set volumeMode to Filesystem";
  }
  const Json spec = claim.value("spec", Json::object());
  if (spec.contains("selector")) {
    return "a volume that is made for a claim cannot be selected by labels: remove spec.selector";
  }
  if (spec.contains("dataSource") || spec.contains("dataSourceRef")) {
    return "volumes of " + std::string(kProvisioner) +
           " start empty: remove spec.dataSource and spec.dataSourceRef";
  }
  if (!quantity_at(claim, "/spec/resources/requests/storage")) {
    return "the claim asks for no amount that can be read: set spec.resources.requests.storage";
  }
  return "";
}

void provision(const SharedObject& claim, const Json& storage_class, const ByName& volumes,
               const std::filesystem::path& root, std::vector<VolumeStep>& steps) {
  const std::string node = selected_node(*claim);
  if (node.empty() || volumes.count(volume_name(*claim)) != 0) return;
  if (std::string message = objection(*claim); !message.empty()) {
    steps.emplace_back(Refuse{claim, "ProvisioningFailed", std::move(message)});
    return;
  }
  const std::string directory = directory_name(*claim);
  steps.emplace_back(CreateVolume{
      claim, directory, persistent_volume(*claim, storage_class, node, root / directory)});
}

void grow(const SharedObject& claim, const ByName& volumes, std::vector<VolumeStep>& steps) {
  const auto volume = volumes.find(text_at(*claim, "/spec/volumeName"));
  if (volume == volumes.end() || !is_ours(*volume->second)) return;
  if (text_at(*volume->second, "/spec/claimRef/uid") != kube::uid_of(*claim)) return;
  const auto wanted = quantity_at(*claim, "/spec/resources/requests/storage");
  const auto granted = quantity_at(*claim, "/status/capacity/storage");
  const auto present = quantity_at(*volume->second, "/spec/capacity/storage");
  if (!wanted || !granted || *wanted <= *granted) return;
  if (!present || *present < *wanted) {
    steps.emplace_back(GrowVolume{volume->second, wanted->to_string()});
  } else {
    steps.emplace_back(GrowClaim{claim, wanted->to_string()});
  }
}

void consider_claim(const SharedObject& claim, const ByName& classes, const ByName& volumes,
                    const std::filesystem::path& root, std::vector<VolumeStep>& steps) {
  if (kube::is_being_deleted(*claim)) return;
  if (text_at(*claim, "/status/phase") == "Bound") {
    grow(claim, volumes, steps);
    return;
  }
  const auto storage_class = classes.find(text_at(*claim, "/spec/storageClassName"));
  if (storage_class == classes.end()) return;
  if (text_at(*storage_class->second, "/provisioner") != kProvisioner) return;
  if (!text_at(*claim, "/spec/volumeName").empty()) return;
  provision(claim, *storage_class->second, volumes, root, steps);
}

// Whoever deletes a bound volume waits for its claim, as ever.
bool is_over(const Json& volume) {
  const std::string phase = text_at(volume, "/status/phase");
  if (kube::is_being_deleted(volume)) return phase != "Bound";
  return phase == "Released" && text_at(volume, "/spec/persistentVolumeReclaimPolicy") == "Delete";
}

void consider_volume(const SharedObject& volume, const std::filesystem::path& root,
                     std::vector<VolumeStep>& steps) {
  if (!is_ours(*volume) || !is_over(*volume)) return;
  if (text_at(*volume, "/spec/persistentVolumeReclaimPolicy") != "Delete") {
    if (holds_directory(*volume)) steps.emplace_back(DeleteVolume{volume, ""});
    return;
  }
  const std::filesystem::path path = text_at(*volume, "/spec/local/path");
  if (const auto directory = directory_within(path, root)) {
    steps.emplace_back(DeleteVolume{volume, *directory});
    return;
  }
  steps.emplace_back(
      Refuse{volume, "VolumeFailedDelete",
             "its path " + path.string() + " is not a directory in " + root.string() +
                 ": delete the data by hand, then remove the finalizer " + kVolumeFinalizer});
}

}  // namespace

std::vector<VolumeStep> steps_for(const VolumeWorld& world, const std::filesystem::path& root) {
  const ByName classes = by_name(world.classes);
  const ByName volumes = by_name(world.volumes);
  std::vector<VolumeStep> steps;
  for (const SharedObject& claim : world.claims)
    consider_claim(claim, classes, volumes, root, steps);
  for (const SharedObject& volume : world.volumes) consider_volume(volume, root, steps);
  return steps;
}

}  // namespace argus::node
