#include "argusdatalayer/report/reports.h"

#include <algorithm>
#include <set>

#include "argusdatalayer/model/image_version.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/plan/plan.h"
#include "argusdatalayer/plan/write_outcome.h"
#include "argusdatalayer/render/autoscaling/autoscaler.h"
#include "argusdatalayer/render/autoscaling/scaling.h"
#include "argusdatalayer/report/broker_setup_report.h"
#include "argusdatalayer/report/requested_amounts.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

// A condition names this many things of one sort, and counts the rest.
constexpr std::size_t kNamedMax = 3;

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (std::size_t i = 0; i < std::min(sentences.size(), kNamedMax); ++i) {
    text += (i == 0 ? "" : "; ") + sentences[i];
  }
  if (sentences.size() > kNamedMax) {
    text += "; and " + std::to_string(sentences.size() - kNamedMax) + " more";
  }
  return text;
}

std::string first_image(const Json& live) {
  const Json::json_pointer image("/spec/template/spec/containers/0/image");
  if (live.contains(image)) return live.at(image).get<std::string>();
  return live.value("spec", Json::object()).value("image", "");
}

class Reporter {
 public:
  Reporter(const StatusInput& input, const std::vector<Workload>& workloads)
      : input_(input), workloads_(workloads) {}

  std::optional<Report> report(Component component) {
    std::optional<Report> result = observed(component);
    if (!result) return result;
    add_waiting(*result);
    add_failures(*result);
    add_refused(*result);
    add_old_images(*result);
    return result;
  }

 private:
  std::optional<Report> observed(Component component) {
    const Spec& spec = input_.spec;
    switch (component) {
      case Component::kGuardrails:
        return guardrails();
      case Component::kSecrets:
        return secrets();
      case Component::kNetworkPolicy:
        return network_policy();
      case Component::kRedpanda:
        return redpanda();
      case Component::kFalkordb:
        return part(component, spec.falkordb.mode, spec.falkordb.external.host);
      case Component::kValkey:
        return part(component, spec.valkey.mode, spec.valkey.external.host);
      case Component::kWorker:
        return part(component, spec.worker.enabled ? Mode::kManaged : Mode::kDisabled, "");
      case Component::kAutoscaling:
        return autoscaling();
      case Component::kFlink:
        return flink();
      case Component::kMonitoring:
        return monitoring();
    }
    return std::nullopt;
  }

  std::optional<Report> part(Component component, Mode mode, const std::string& where) {
    if (mode == Mode::kDisabled) return std::nullopt;
    if (mode == Mode::kExternal) {
      return Report{component, Truth::kTrue, "External",
                    "external, at " + where + "; the operator does not watch its state"};
    }
    return of_workload(component);
  }

  std::optional<Report> redpanda() {
    std::optional<Report> brokers =
        part(Component::kRedpanda, input_.spec.redpanda.mode, external_brokers());
    for (const Workload& workload : workloads_) {
      if (workload.name != adl::part::kRedpandaSetup) continue;
      add_broker_setup(broker_setup(workload.health, input_.pods(workload.name)), *brokers);
    }
    return brokers;
  }

  Report of_workload(Component component) {
    const auto found =
        std::find_if(workloads_.begin(), workloads_.end(),
                     [&](const Workload& workload) { return workload.component == component; });
    if (found == workloads_.end()) {
      return {component, Truth::kFalse, "NotCreated", "its workload has not been created yet"};
    }
    const Health& health = found->health;
    switch (health.state) {
      case Health::State::kReady:
        return {
            component, Truth::kTrue, "Running",
            std::to_string(health.ready) + " of " + std::to_string(health.desired) + " pods ready"};
      case Health::State::kFailing:
        return {.component = component,
                .truth = Truth::kFalse,
                .reason = "PodsFailing",
                .message = health.message,
                .degraded = true};
      case Health::State::kWaiting:
        break;
    }
    return {component, Truth::kFalse, "WaitingForPods", health.message};
  }

  [[nodiscard]] std::string external_brokers() const {
    std::string text;
    for (const HostPort& server : input_.spec.redpanda.external.bootstrap_servers) {
      text += (text.empty() ? "" : ",") + server.to_string();
    }
    return text;
  }

  std::optional<Report> guardrails() {
    if (!input_.spec.guardrails.enabled) return std::nullopt;
    std::vector<std::string> exceeded;
    for (const RequestedAmount& amount :
         requested_amounts(input_.spec, input_.spec.flink.enabled && input_.facts.kinds.flink)) {
      if (!amount.exceeds()) continue;
      exceeded.push_back(amount.resource + ": up to " + amount.requested.to_string() +
                         " can be requested, but the quota allows " + amount.quota->to_string());
    }
    if (exceeded.empty()) {
      return Report{
          Component::kGuardrails, Truth::kTrue, "Applied",
          "quota and limit range are in place and fit the data layer at its maximum size"};
    }
    return Report{
        .component = Component::kGuardrails,
        .truth = Truth::kFalse,
        .reason = "QuotaExceeded",
        .message = joined(exceeded) + "; raise spec.guardrails.quota or lower the requests",
        .gates = false};
  }

  std::optional<Report> network_policy() {
    if (!input_.spec.network_policy.enabled) return std::nullopt;
    const auto count =
        std::count_if(input_.wanted.begin(), input_.wanted.end(),
                      [](const Json& object) { return object.at("kind") == "NetworkPolicy"; });
    return Report{Component::kNetworkPolicy, Truth::kTrue, "Applied",
                  std::to_string(count) +
                      " policies are in place; whether they are enforced depends on the cluster's "
                      "network plugin"};
  }

  std::optional<Report> secrets() {
    if (input_.issues.empty()) {
      return Report{Component::kSecrets, Truth::kTrue, "Present",
                    "all required Secrets are present"};
    }
    std::vector<std::string> sentences;
    for (const SecretIssue& issue : input_.issues) sentences.push_back(issue.message);
    const SecretIssue::Kind kind = input_.issues.front().kind;
    return Report{.component = Component::kSecrets,
                  .truth = kind == SecretIssue::Kind::kUnread ? Truth::kUnknown : Truth::kFalse,
                  .reason = reason(kind),
                  .message = joined(sentences),
                  .degraded = kind != SecretIssue::Kind::kUnread};
  }

  static std::string reason(SecretIssue::Kind kind) {
    switch (kind) {
      case SecretIssue::Kind::kMissing:
        return "SecretMissing";
      case SecretIssue::Kind::kForbidden:
        return "SecretForbidden";
      case SecretIssue::Kind::kMalformed:
        return "SecretMalformed";
      case SecretIssue::Kind::kLost:
        return "CredentialLost";
      case SecretIssue::Kind::kUnread:
        break;
    }
    return "SecretUnread";
  }

  std::optional<Report> autoscaling() {
    const Spec& spec = input_.spec;
    if (!spec.worker.enabled || !spec.worker.autoscaling.enabled) return std::nullopt;
    Report report{
        .component = Component::kAutoscaling, .reason = {}, .message = {}, .gates = false};
    switch (autoscaler_of(spec, input_.facts.kinds)) {
      case Autoscaler::kKeda:
        keda(report);
        break;
      case Autoscaler::kHorizontalPodAutoscaler:
        horizontal_pod_autoscaler(report);
        break;
      case Autoscaler::kNone:
        report.truth = Truth::kFalse;
        report.reason = "KedaMissing";
        report.message =
            "the worker can only scale by consumer lag, and KEDA is not installed (no CRD "
            "scaledobjects.keda.sh): install KEDA or set worker.autoscaling.cpu.enabled";
        break;
    }
    return report;
  }

  // The condition of that type in a list of conditions; empty object when there is none.
  static Json condition(const kube::SharedObject& live, std::string_view type) {
    if (!live || !live->contains("status")) return Json::object();
    for (const Json& candidate : live->at("status").value("conditions", Json::array())) {
      if (candidate.value("type", "") == type) return candidate;
    }
    return Json::object();
  }

  void keda(Report& report) {
    const Json ready =
        condition(input_.find(gvk::kScaledObject, "cognee-worker-scaledobject"), "Ready");
    const std::string status = ready.value("status", "Unknown");
    if (status == "True") {
      report.truth = Truth::kTrue;
      report.reason = "Keda";
      report.message = "KEDA scales the worker by consumer lag";
    } else if (status == "False") {
      report.truth = Truth::kFalse;
      report.reason = "KedaFailing";
      report.message = "KEDA cannot scale the worker: " + ready.value("message", "no cause given");
    } else {
      report.truth = Truth::kUnknown;
      report.reason = "KedaSilent";
      report.message =
          "KEDA has not reported on ScaledObject cognee-worker-scaledobject yet; is its operator "
          "running?";
    }
  }

  void horizontal_pod_autoscaler(Report& report) {
    const Json active =
        condition(input_.find(gvk::kHpa, std::string(kAutoscalerName)), "ScalingActive");
    const bool without_lag = !input_.spec.worker.autoscaling.lag.empty();
    const std::string missing =
        "KEDA is not installed (no CRD scaledobjects.keda.sh): a HorizontalPodAutoscaler scales by "
        "CPU and memory instead, consumer lag is ignored";
    report.message = without_lag ? missing : "a HorizontalPodAutoscaler scales the worker";
    report.reason = without_lag ? "KedaMissing" : "HorizontalPodAutoscaler";
    if (active.value("status", "") == "True") {
      report.truth = Truth::kTrue;
    } else if (active.value("status", "") == "False") {
      report.truth = Truth::kFalse;
      report.reason = "MetricsMissing";
      report.message += "; it has no metrics (is metrics-server installed?): " +
                        active.value("message", "no cause given");
    } else {
      report.truth = Truth::kUnknown;
      report.message += "; it has not reported yet";
    }
  }

  std::optional<Report> flink() {
    if (!input_.spec.flink.enabled) return std::nullopt;
    if (input_.facts.kinds.flink) return of_workload(Component::kFlink);
    return Report{.component = Component::kFlink,
                  .truth = Truth::kFalse,
                  .reason = "FlinkOperatorMissing",
                  .message =
                      "the Flink Kubernetes operator is not installed (no CRD "
                      "flinkdeployments.flink.apache.org): install it, or write flink.enabled: "
                      "false",
                  .degraded = true};
  }

  // The exporters. Without one, dashboards lack a store's numbers, and nothing else is the matter:
  // so it does not gate.
  std::optional<Report> monitoring() {
    Report report{.component = Component::kMonitoring,
                  .truth = Truth::kTrue,
                  .reason = "Running",
                  .message = {},
                  .gates = false};
    std::vector<std::string> sentences;
    int exporters = 0;
    for (const Workload& workload : workloads_) {
      if (workload.component != Component::kMonitoring) continue;
      ++exporters;
      if (workload.health.state == Health::State::kReady) continue;
      sentences.push_back(workload.health.message);
      const bool failing = workload.health.state == Health::State::kFailing;
      report.truth = Truth::kFalse;
      if (!report.degraded) report.reason = failing ? "PodsFailing" : "WaitingForPods";
      report.degraded = report.degraded || failing;
    }
    if (exporters == 0) return std::nullopt;
    const std::string well = exporters == 1 ? "the exporter is ready" : "the exporters are ready";
    report.message = sentences.empty() ? well : joined(sentences);
    return report;
  }

  void add_waiting(Report& report) {
    std::vector<std::string> sentences;
    for (const Waiting& waiting : input_.waiting) {
      if (waiting.component == report.component) sentences.push_back(waiting.message);
    }
    if (sentences.empty()) return;
    if (report.truth == Truth::kTrue || report.reason == "NotCreated") report.message.clear();
    report.truth = Truth::kFalse;
    report.reason = "Waiting";
    report.message = joined(sentences) + (report.message.empty() ? "" : "; ") + report.message;
  }

  void add_failures(Report& report) {
    std::vector<std::string> sentences;
    for (const WriteOutcome& outcome : input_.outcomes) {
      if (outcome.component == report.component && outcome.error) {
        sentences.push_back(outcome.object + ": " + *outcome.error);
      }
    }
    if (sentences.empty()) return;
    report.truth = Truth::kFalse;
    report.reason = "ApplyFailed";
    report.message = joined(sentences);
    report.gates = true;
    report.degraded = true;
  }

  void add_refused(Report& report) {
    for (const Json& object : input_.wanted) {
      if (component_of(object) != report.component) continue;
      const auto found = input_.refused.find(describe(object));
      if (found == input_.refused.end()) continue;
      report.message += "; the API server drops " + found->second.front() + " of " + found->first +
                        " (an outdated CRD or a webhook)";
    }
  }

  // No fault of the layer's, so it changes no more than the sentence.
  void add_old_images(Report& report) {
    std::set<std::string> told;
    for (const Json& object : input_.wanted) {
      const std::string kind = object.at("kind").get<std::string>();
      if (kind != "StatefulSet" && kind != "Deployment") continue;
      if (component_of(object) != report.component) continue;
      const std::string image = first_image(object);
      const auto tried = older_than_tried(kube::key_of(object).name, image);
      if (!tried || !told.insert(image).second) continue;
      report.message +=
          "; image " + image + " is older than " + *tried + ", which this operator was tried with";
    }
  }

  const StatusInput& input_;
  const std::vector<Workload>& workloads_;
};

}  // namespace

std::vector<Workload> workloads(const StatusInput& input) {
  std::vector<Workload> result;
  for (const Json& wanted : input.wanted) {
    const std::string kind = wanted.at("kind").get<std::string>();
    const bool set = kind == "StatefulSet";
    if (!set && kind != "Deployment" && kind != "FlinkDeployment") continue;
    const std::string name = kube::key_of(wanted).name;
    const kube::SharedObject live = input.find(kube::gvk_of(wanted), name);
    Workload workload{component_of(wanted), kind, name, {}, image_version(first_image(wanted))};
    if (!live) {
      workload.health.desired = wanted.at("spec").value("replicas", 1);
      workload.health.message = describe(wanted) + " has not been created yet";
    } else if (kind == "FlinkDeployment") {
      workload.health = flink_health(*live);
    } else {
      const std::vector<kube::SharedObject> pods = input.pods(name);
      workload.health = set ? stateful_set_health(*live, pods) : deployment_health(*live, pods);
    }
    result.push_back(std::move(workload));
  }
  return result;
}

std::vector<Report> reports(const StatusInput& input, const std::vector<Workload>& workloads) {
  std::vector<Report> result;
  Reporter reporter(input, workloads);
  for (const Component component : kComponents) {
    if (std::optional<Report> report = reporter.report(component)) {
      result.push_back(std::move(*report));
    }
  }
  return result;
}

}  // namespace argus::adl
