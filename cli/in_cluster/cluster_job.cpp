#include "cli/in_cluster/cluster_job.h"

#include <utility>

#include "base/identity.h"
#include "cli/exit_code.h"
#include "cli/in_cluster/attach_talk.h"
#include "cli/in_cluster/job_manifest.h"
#include "cli/in_cluster/job_state.h"
#include "cli/in_cluster/kubectl.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

using json = nlohmann::json;

// Pulling an image takes a while, a node that must be made first takes longer.
constexpr std::chrono::seconds kStartPatience{300};
constexpr std::chrono::milliseconds kStartTick{500};

std::string job_name(const std::string& task) {
  return "argusctl-" + task + "-" + base::random_identity();
}

// Exists on the cluster as long as this does here.
class Job {
 public:
  Job(const Kubectl& kubectl, std::string name, const json& manifest, Progress& progress,
      const std::stop_token& stop)
      : kubectl_(kubectl), name_(std::move(name)), progress_(progress) {
    try {
      kubectl_.output("The Job cannot be created", {"create", "--filename=-"}, stop,
                      manifest.dump());
    } catch (const Interrupted&) {  // it may have been created all the same
      remove();
      throw;
    }
  }
  ~Job() { remove(); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  [[nodiscard]] JobState state(const std::stop_token& stop) const {
    const json pods =
        kubectl_.objects("The Job's pods cannot be listed",
                         {"get", "pods", "--selector=batch.kubernetes.io/job-name=" + name_}, stop);
    if (!pods.value("items", json::array()).empty()) return job_state(pods, json::object());
    return job_state(
        pods,
        kubectl_.objects("The Job's events cannot be listed",
                         {"get", "events",
                          "--field-selector=involvedObject.kind=Job,involvedObject.name=" + name_},
                         stop));
  }

 private:
  void remove() noexcept {
    try {
      kubectl_.output(
          "The Job " + name_ + " cannot be deleted",
          {"delete", "job", name_, "--ignore-not-found", "--wait=false", "--cascade=background"},
          {});
    } catch (const std::exception& error) {
      progress_.warn(std::string(error.what()) + "\nIt deletes itself some minutes after its end.");
    }
  }

  const Kubectl& kubectl_;
  const std::string name_;
  Progress& progress_;
};

// The pod's name.
std::string await_running(const Job& job, Progress& progress, base::Clock& clock,
                          const std::stop_token& stop) {
  const auto deadline = clock.monotonic() + kStartPatience;
  progress.begin("Starting a pod");
  while (true) {
    const JobState state = job.state(stop);
    switch (state.phase) {
      case JobState::Phase::kRunning:
        return state.pod;
      case JobState::Phase::kCannotStart:
        throw ClusterError(state.text);
      case JobState::Phase::kEnded:
        throw ClusterError("The pod ended at once (" + state.text +
                           "): check that its image holds this version of argusctl.");
      default:
        break;
    }
    const std::string waits = state.text.empty() ? "" : " (" + state.text + ")";
    progress.show("Starting a pod" + waits);
    if (clock.monotonic() >= deadline) {
      throw ClusterError("The pod does not run after " + duration_text(kStartPatience) + waits +
                         ".");
    }
    if (!clock.sleep_for(kStartTick, stop)) throw Interrupted();
  }
}

// What was heard of the pod.
struct Talk {
  std::optional<RemoteEnd> end;
  std::uint64_t output_bytes = 0;
  std::string last_words;  // on standard error, when it did not end as it should
  int kubectl_status = 0;

  [[nodiscard]] bool whole() const { return end && end->output_bytes == output_bytes; }
};

Talk attach(const Kubectl& kubectl, const std::string& pod, const ClusterTask& task,
            std::ostream& out, Progress& progress, const std::stop_token& stop) {
  Talk talk;
  LineSplitter lines([&](const std::string& line) {
    if (const auto end = parse_end_line(line)) {
      talk.end = end;
    } else {
      progress.say(printable(line));
    }
  });
  bool begun = false;
  KubectlCall call;
  call.arguments = {"attach", pod, std::string("--container=") + kJobContainer, "--stdin",
                    "--quiet"};
  call.input = [&]() -> std::optional<std::string> {
    if (!std::exchange(begun, true)) return std::string(kBeginLine);
    return task.input ? task.input() : std::nullopt;
  };
  call.on_output = [&](std::string_view bytes) {
    talk.output_bytes += bytes.size();
    progress.clear();
    out << bytes << std::flush;
  };
  call.on_errors = [&](std::string_view bytes) { lines.add(bytes); };
  talk.kubectl_status = kubectl.run(call, stop);
  lines.finish();
  return talk;
}

}  // namespace

int run_in_cluster(const ClusterTask& task, const ClusterOptions& options, std::ostream& out,
                   Progress& progress, base::Clock& clock, const std::stop_token& stop) {
  const Kubectl kubectl(options);
  progress.begin("Looking at the data layer in " + printable(options.ns));
  const json parts = kubectl.objects(
      "The data layer cannot be looked at",
      {"get", "deployment/cognee-worker", "deployment/redpanda-setup", "--ignore-not-found"}, stop);
  const std::string name = job_name(task.name);
  JobRequest request{name, options.image, task.arguments, task.deadline};
  const Job job(kubectl, name, job_manifest(request, parts, options.ns), progress, stop);
  const std::string pod = await_running(job, progress, clock, stop);
  progress.clear();
  const Talk talk = attach(kubectl, pod, task, out, progress, stop);
  progress.clear();
  if (talk.whole()) return talk.end->status;
  if (stop.stop_requested()) throw Interrupted();  // a Ctrl-C ended kubectl, too
  const JobState state = job.state(stop);
  const std::string why = state.phase == JobState::Phase::kEnded
                              ? "the pod ended: " + state.text
                              : "kubectl attach ended with " + std::to_string(talk.kubectl_status);
  throw ClusterError("The connection to the pod " + pod + " broke off (" + why +
                     "), so its answer is not whole. The Job is deleted; run the command again.");
}

}  // namespace argus::cli
