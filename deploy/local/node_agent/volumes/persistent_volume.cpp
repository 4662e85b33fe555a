#include "node_volumes/persistent_volume.h"

#include <algorithm>

#include "node_volumes/volume_steps.h"

namespace argus::node {
namespace {

using kube::Json;

constexpr std::size_t kFileNameBytesMax = 255;
const char* const kProvisionedBy = "pv.kubernetes.io/provisioned-by";

}  // namespace

std::string volume_name(const Json& claim) { return "pvc-" + kube::uid_of(claim); }

std::string directory_name(const Json& claim) {
  const kube::ObjectKey key = kube::key_of(claim);
  const std::string uid = kube::uid_of(claim);
  const std::size_t left = kFileNameBytesMax - key.ns.size() - uid.size() - 2;
  return key.ns + "-" + key.name.substr(0, left) + "-" + uid;
}

Json persistent_volume(const Json& claim, const Json& storage_class, const std::string& node,
                       const std::filesystem::path& path) {
  const kube::ObjectKey key = kube::key_of(claim);
  Json volume = {{"apiVersion", "v1"}, {"kind", "PersistentVolume"}};
  volume["metadata"] = {{"name", volume_name(claim)},
                        {"annotations", {{kProvisionedBy, kProvisioner}}},
                        {"finalizers", Json::array({kVolumeFinalizer})}};
  Json& spec = volume["spec"];
  spec["capacity"]["storage"] = claim.at(Json::json_pointer("/spec/resources/requests/storage"));
  spec["accessModes"] = claim.at(Json::json_pointer("/spec/accessModes"));
  spec["volumeMode"] = "Filesystem";
  spec["storageClassName"] = kube::key_of(storage_class).name;
  spec["persistentVolumeReclaimPolicy"] = storage_class.value("reclaimPolicy", "Delete");
  spec["claimRef"] = {{"apiVersion", "v1"},
                      {"kind", "PersistentVolumeClaim"},
                      {"namespace", key.ns},
                      {"name", key.name},
                      {"uid", kube::uid_of(claim)}};
  spec["local"]["path"] = path.string();
  Json on_node = {{"key", "kubernetes.io/hostname"}, {"operator", "In"}};
  on_node["values"] = Json::array({node});
  Json term = Json::object();
  term["matchExpressions"] = Json::array({on_node});
  spec["nodeAffinity"]["required"]["nodeSelectorTerms"] = Json::array({term});
  return volume;
}

bool is_ours(const Json& volume) {
  return volume.value(Json::json_pointer("/metadata/annotations"), Json::object())
             .value(kProvisionedBy, "") == kProvisioner;
}

bool holds_directory(const Json& volume) {
  const Json finalizers = volume.value(Json::json_pointer("/metadata/finalizers"), Json::array());
  return std::find(finalizers.begin(), finalizers.end(), kVolumeFinalizer) != finalizers.end();
}

std::optional<std::string> directory_within(const std::filesystem::path& path,
                                            const std::filesystem::path& root) {
  const std::string name = path.filename();
  if (name.empty() || name == "." || name == "..") return std::nullopt;
  // Compared as text: "/volumes/../etc/x" is not below "/volumes", and neither is "/volumes/x/y".
  if (path.string() != (root / name).string()) return std::nullopt;
  return name;
}

}  // namespace argus::node
