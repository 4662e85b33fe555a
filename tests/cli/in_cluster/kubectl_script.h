// A kubectl that plays a cluster with one data layer: what it is asked is kept in files, and a test
// says what the pod does.
//
// Threads: use from one.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/options.h"
#include "fakes/temporary_directory.h"

namespace argus::cli {

class KubectlScript : public fakes::TemporaryDirectory {
 public:
  KubectlScript() {
    write("parts", R"({"items": [{"kind": "Deployment", "metadata": {"name": "cognee-worker"},
           "spec": {"template": {"spec": {"containers": [{"name": "cognee-worker"}]}}}}]})");
    write("events", R"({"items": []})");
    pod_is(R"({"running": {}})");
    attach_does("cat > input; echo 'argusctl-end 0 0' >&2");
    write_program("kubectl", "cd '" + path() + R"('
while [ "${1#--}" != "$1" ]; do shift; done
echo "$*" >> calls
case "$1 $2" in
  "get deployment/cognee-worker") cat parts ;;
  "get pods") if [ -e pods.next ]; then mv pods.next pods; else cat pods; fi ;;
  "get events") cat events ;;
  "create --filename=-") cat > job ;;
  "attach "*) . ./attach ;;
  "delete job") rm job ;;
  *) echo "kubectl: what is $*?" >&2; exit 1 ;;
esac
)");
  }

  // The state of the pod's container, and what `kubectl attach` does.
  void pod_is(const std::string& state) const {
    write("pods", R"({"items": [{"metadata": {"name": "pod-1"}, "status": {"containerStatuses":
           [{"name": "argusctl", "state": )" +
                      state + "}]}}]}");
  }
  void attach_does(const std::string& script) const { write("attach", script); }

  [[nodiscard]] ClusterOptions options() const {
    ClusterOptions options;
    options.in_cluster = true;
    options.kubectl = path() + "/kubectl";
    return options;
  }
  // The first two words of every call.
  [[nodiscard]] std::vector<std::string> calls() const {
    std::vector<std::string> calls;
    std::ifstream file(path() + "/calls");
    for (std::string line; std::getline(file, line);) {
      const auto first = line.find(' ');
      calls.push_back(line.substr(0, line.find(' ', first + 1)));
    }
    return calls;
  }
  [[nodiscard]] bool job_exists() const { return std::filesystem::exists(path() + "/job"); }
};

}  // namespace argus::cli
