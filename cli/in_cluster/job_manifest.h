// The Job that runs argusctl beside the brokers and the graph. It reaches them exactly as the
// worker does: settings and references to Secrets are taken from the worker's Deployment, so that
// no password passes through here.
//
// Threads: pure functions. Failure: ClusterError when there is no data layer.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace argus::cli {

inline constexpr const char* kJobContainer = "argusctl";
// Where an ingested tree is unpacked to in the pod.
inline constexpr const char* kJobTree = "/tree";
// Nobody deletes it when the caller was killed: then it goes by itself.
inline constexpr std::chrono::seconds kJobKept{300};

struct JobRequest {
  std::string name;
  std::string image;  // empty: that of the data layer's own argusctl
  std::vector<std::string> arguments;
  std::chrono::seconds deadline{0};  // from its start
};

// `parts`: the namespace's Deployments cognee-worker and redpanda-setup, as `kubectl get`
// lists them. `ns` is for the sentence that says that they are not there.
[[nodiscard]] nlohmann::json job_manifest(const JobRequest& request, const nlohmann::json& parts,
                                          const std::string& ns);

}  // namespace argus::cli
