// Provisions, grows and deletes the local volumes that claims ask for.
//
// Whatever changes, there is one request: all claims and volumes are looked at again (there are a
// few dozen), and each step that is due is taken. One that fails does not stop the others.
//
// Threads: one worker, as the options say. Ownership: everything passed by reference outlives the
// reconciler. Failure: VolumeError with every failure in it; the runtime tries again with back-off.
#pragma once

#include <filesystem>

#include "kube/client.h"
#include "node_volumes/volume_directories.h"
#include "node_volumes/volume_steps.h"
#include "runtime/cache.h"
#include "runtime/controller.h"
#include "runtime/event_recorder.h"

namespace argus::node {

class VolumeReconciler final : public runtime::Reconciler {
 public:
  VolumeReconciler(kube::Client& client, const runtime::Cache& cache,
                   runtime::EventRecorder& events, const std::filesystem::path& root)
      : client_(client), cache_(cache), events_(events), directories_(root) {}

  runtime::Result reconcile(const runtime::Request& request, std::stop_token stop) override;

 private:
  void take(const VolumeStep& step, std::stop_token stop);
  void take(const CreateVolume& step, std::stop_token stop);
  void take(const DeleteVolume& step, std::stop_token stop);
  void take(const GrowVolume& step, std::stop_token stop);
  void take(const GrowClaim& step, std::stop_token stop);
  void take(const Refuse& step, std::stop_token stop);

  kube::Client& client_;
  const runtime::Cache& cache_;
  runtime::EventRecorder& events_;
  const VolumeDirectories directories_;
};

[[nodiscard]] runtime::ControllerOptions volume_controller_options();

}  // namespace argus::node
