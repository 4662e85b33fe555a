#include "node_volumes/volume_reconciler.h"

#include <algorithm>
#include <array>

#include "base/http/transport.h"
#include "base/log.h"
#include "node_volumes/persistent_volume.h"

namespace argus::node {
namespace {

using kube::EventType;
using kube::Json;

const char* const kFieldManager = "argus-node-agent";
const kube::Resource kClaims{{"", "v1", "PersistentVolumeClaim"}, "persistentvolumeclaims", true};
const kube::Resource kVolumes{{"", "v1", "PersistentVolume"}, "persistentvolumes", false};
const kube::GroupVersionKind kStorageClass{"storage.k8s.io", "v1", "StorageClass"};

// Conditions that say that a growth is under way.
constexpr std::array<const char*, 4> kGrowthConditions{"Resizing", "FileSystemResizePending",
                                                       "ControllerResizeError", "NodeResizeError"};

// A patch that holds only for the version that was decided on.
Json patch_of(const Json& object) {
  Json patch = Json::object();
  patch["metadata"]["resourceVersion"] = kube::resource_version_of(object);
  return patch;
}

Json without_growth(const Json& conditions) {
  Json left = Json::array();
  for (const Json& condition : conditions) {
    const std::string type = condition.value("type", "");
    if (std::find(kGrowthConditions.begin(), kGrowthConditions.end(), type) ==
        kGrowthConditions.end()) {
      left.push_back(condition);
    }
  }
  return left;
}

}  // namespace

runtime::Result VolumeReconciler::reconcile(const runtime::Request& /*request*/,
                                            std::stop_token stop) {
  const VolumeWorld world{.claims = cache_.kind(kClaims.gvk).list(),
                          .volumes = cache_.kind(kVolumes.gvk).list(),
                          .classes = cache_.kind(kStorageClass).list()};
  std::string failures;
  for (const VolumeStep& step : steps_for(world, directories_.root())) {
    try {
      take(step, stop);
    } catch (const kube::ApiError& error) {
      // The cache is behind: what it has not seen yet queues the request again.
      if (error.is_conflict() || error.is_not_found()) continue;
      failures += (failures.empty() ? "" : "; ") + std::string(error.what());
    } catch (const VolumeError& error) {
      failures += (failures.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  if (!failures.empty()) throw VolumeError(failures);
  return {};
}

void VolumeReconciler::take(const VolumeStep& step, std::stop_token stop) {
  std::visit([&](const auto& one) { take(one, stop); }, step);
}

void VolumeReconciler::take(const CreateVolume& step, std::stop_token stop) {
  directories_.make(step.directory);
  const std::string name = kube::key_of(step.volume).name;
  try {
    client_.create(kVolumes, step.volume, kFieldManager, stop);
  } catch (const kube::ApiError& error) {
    if (!error.is_already_exists()) throw;
    return;
  }
  base::log_info("created volume", {{"volume", name}, {"directory", step.directory}});
  events_.record(*step.claim, EventType::kNormal, "ProvisioningSucceeded", "made volume " + name);
}

void VolumeReconciler::take(const DeleteVolume& step, std::stop_token stop) {
  if (!step.directory.empty()) directories_.remove(step.directory);
  const kube::ObjectKey key = kube::key_of(*step.volume);
  if (!kube::is_being_deleted(*step.volume)) {
    client_.remove(kVolumes, key, {.uid = kube::uid_of(*step.volume)}, stop);
  }
  if (!holds_directory(*step.volume)) return;
  // The deletion above made a new version; the finalizer goes when its news is here.
  const std::optional<Json> present = client_.get(kVolumes, key, stop);
  if (!present || kube::uid_of(*present) != kube::uid_of(*step.volume)) return;
  Json patch = patch_of(*present);
  Json finalizers = present->value(Json::json_pointer("/metadata/finalizers"), Json::array());
  finalizers.erase(std::remove(finalizers.begin(), finalizers.end(), kVolumeFinalizer),
                   finalizers.end());
  patch["metadata"]["finalizers"] = std::move(finalizers);
  client_.merge_patch(kVolumes, key, patch, kFieldManager, "", stop);
  base::log_info("deleted volume", {{"volume", key.name}, {"directory", step.directory}});
}

void VolumeReconciler::take(const GrowVolume& step, std::stop_token stop) {
  Json patch = patch_of(*step.volume);
  patch["spec"]["capacity"]["storage"] = step.capacity;
  client_.merge_patch(kVolumes, kube::key_of(*step.volume), patch, kFieldManager, "", stop);
}

void VolumeReconciler::take(const GrowClaim& step, std::stop_token stop) {
  Json patch = patch_of(*step.claim);
  patch["status"]["capacity"]["storage"] = step.capacity;
  patch["status"]["conditions"] =
      without_growth(step.claim->value(Json::json_pointer("/status/conditions"), Json::array()));
  patch["status"]["allocatedResourceStatuses"] = nullptr;
  client_.merge_patch(kClaims, kube::key_of(*step.claim), patch, kFieldManager, "status", stop);
  events_.record(*step.claim, EventType::kNormal, "VolumeResizeSuccessful",
                 "the volume has " + step.capacity + " now");
}

void VolumeReconciler::take(const Refuse& step, std::stop_token /*stop*/) {
  base::log_warning(step.message, {{"object", kube::key_of(*step.about).to_string()}});
  events_.record(*step.about, EventType::kWarning, step.reason, step.message);
}

runtime::ControllerOptions volume_controller_options() {
  const auto one_request = [](const Json&) { return std::vector<runtime::Request>{{{"", "all"}}}; };
  runtime::ControllerOptions options;
  options.name = "localvolume";
  options.primary = {.gvk = kClaims.gvk, .requests_for = one_request};
  options.others = {{.gvk = kVolumes.gvk, .cluster_scoped = true, .requests_for = one_request},
                    {.gvk = kStorageClass, .cluster_scoped = true, .requests_for = one_request}};
  options.workers = 1;
  return options;
}

}  // namespace argus::node
