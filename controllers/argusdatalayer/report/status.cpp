#include "argusdatalayer/report/status.h"

#include <algorithm>
#include <cctype>

#include "argusdatalayer/model/components.h"
#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/report/conditions.h"
#include "argusdatalayer/report/reports.h"
#include "argusdatalayer/report/requested_amounts.h"
#include "base/utf8.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

constexpr std::size_t kComponentMessageMax = 1024;  // of the schema

// The sentences of the reports that `which` picks, each with the part's name.
template <typename Which>
std::string sentences(const std::vector<Report>& reports, Which which) {
  std::string text;
  for (const Report& report : reports) {
    if (!which(report)) continue;
    if (!text.empty()) text += "; ";
    text += std::string(title(report.component)) + ": " + report.message;
  }
  return text;
}

bool blocks(const Report& report) { return report.gates && report.truth != Truth::kTrue; }

void set_ready(const std::vector<Report>& reports, Conditions& conditions) {
  // What somebody must do something about is named before what only takes time.
  const Report* first = nullptr;
  for (const Report& report : reports) {
    if (!blocks(report)) continue;
    if (first == nullptr || (report.degraded && !first->degraded)) first = &report;
  }
  if (first == nullptr) {
    conditions.set("Ready", Truth::kTrue, "Running", "all components are running");
  } else {
    conditions.set("Ready", Truth::kFalse, first->reason, sentences(reports, blocks));
  }
}

void set_progressing(const StatusInput& input, const std::vector<Report>& reports,
                     Conditions& conditions) {
  const auto on_its_way = [](const Report& report) { return blocks(report) && !report.degraded; };
  if (input.spec.paused) {
    conditions.set("Progressing", Truth::kFalse, "Paused",
                   "spec.paused is true: the operator makes no changes; set it to false to resume");
  } else if (std::any_of(reports.begin(), reports.end(), on_its_way)) {
    conditions.set("Progressing", Truth::kTrue, "Waiting", sentences(reports, on_its_way));
  } else if (std::any_of(reports.begin(), reports.end(), blocks)) {
    conditions.set("Progressing", Truth::kFalse, "Stuck",
                   "no progress without intervention: see Degraded");
  } else {
    conditions.set("Progressing", Truth::kFalse, "Settled", "everything is up to date");
  }
}

void set_degraded(const std::vector<Report>& reports, Conditions& conditions) {
  const auto degraded = [](const Report& report) { return report.degraded; };
  const auto first = std::find_if(reports.begin(), reports.end(), degraded);
  if (first == reports.end()) {
    conditions.set("Degraded", Truth::kFalse, "AsExpected", "nothing needs attention");
  } else {
    conditions.set("Degraded", Truth::kTrue, first->reason, sentences(reports, degraded));
  }
}

Json component_list(const std::vector<Workload>& workloads) {
  Json list = Json::array();
  for (const Workload& workload : workloads) {
    Json entry = Json::object();
    entry["kind"] = workload.kind;
    entry["name"] = workload.name;
    entry["ready"] = workload.health.ready;
    entry["desired"] = workload.health.desired;
    entry["version"] = workload.version;
    if (!workload.health.message.empty()) {
      entry["message"] = base::shortened(workload.health.message, kComponentMessageMax);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

Json endpoints(const StatusInput& input) {
  const Spec& spec = input.spec;
  const Facts& facts = input.facts;
  Json result = Json::object();
  result["kafka"] = kafka_endpoint(spec, facts).bootstrap_servers;
  const auto url = [&](std::string_view service, int number) {
    return "http://" + service_host(service, facts) + ":" + std::to_string(number);
  };
  if (spec.redpanda.mode == Mode::kManaged) {
    result["schemaRegistry"] = url(part::kRedpanda, port::kSchemaRegistry);
    result["httpProxy"] = url(part::kRedpanda, port::kHttpProxy);
    result["redpandaAdmin"] = url(part::kRedpanda, port::kRedpandaAdmin);
  }
  if (const auto store = falkordb_endpoint(spec, facts)) {
    result["falkordb"] = store->host + ":" + std::to_string(store->port);
  }
  if (const auto store = valkey_endpoint(spec, facts)) {
    result["valkey"] = store->host + ":" + std::to_string(store->port);
  }
  if (spec.worker.enabled) result["worker"] = url(part::kWorker, port::kWorkerHttp);
  if (spec.flink.enabled && facts.kinds.flink) {
    result["flink"] = url("flink-webui", port::kFlinkRest);
  }
  return result;
}

Json requested_list(const StatusInput& input) {
  Json list = Json::array();
  for (const RequestedAmount& amount :
       requested_amounts(input.spec, input.spec.flink.enabled && input.facts.kinds.flink)) {
    Json entry = Json::object();
    entry["resource"] = amount.resource;
    entry["requested"] = amount.requested.to_string();
    if (amount.quota) entry["quota"] = amount.quota->to_string();
    list.push_back(std::move(entry));
  }
  return list;
}

// As kubectl names objects, and in one line each, so that describe stays readable.
Json inventory(const StatusInput& input) {
  Json list = Json::array();
  for (const Json& object : input.wanted) {
    const kube::GroupVersionKind kind = kube::gvk_of(object);
    if (!input.find(kind, kube::key_of(object).name)) continue;
    std::string entry = kind.kind;
    std::transform(entry.begin(), entry.end(), entry.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!kind.group.empty()) entry += "." + kind.group;
    list.push_back(entry + "/" + kube::key_of(object).name);
  }
  return list;
}

Json summary(const StatusInput& input, const std::vector<Workload>& workloads) {
  const auto counts = [&](Component component) {
    for (const Workload& workload : workloads) {
      if (workload.component == component) {
        return std::to_string(workload.health.ready) + "/" +
               std::to_string(workload.health.desired);
      }
    }
    return std::string("0/0");
  };
  Json result = Json::object();
  result["redpanda"] =
      input.spec.redpanda.mode == Mode::kExternal ? "External" : counts(Component::kRedpanda);
  result["worker"] = input.spec.worker.enabled ? counts(Component::kWorker) : "Disabled";
  return result;
}

Json previous_status(const Json& layer) { return layer.value("status", Json::object()); }

void sort_by(Json& status, const char* list, std::initializer_list<const char*> keys) {
  const auto found = status.find(list);
  if (found == status.end() || !found->is_array()) return;
  std::sort(found->begin(), found->end(), [&](const Json& one, const Json& other) {
    for (const char* key : keys) {
      const std::string a = one.value(key, "");
      const std::string b = other.value(key, "");
      if (a != b) return a < b;
    }
    return false;
  });
}

}  // namespace

Json make_status(const StatusInput& input) {
  const std::vector<Workload> running = workloads(input);
  const std::vector<Report> all = reports(input, running);
  const std::int64_t generation = kube::generation_of(input.layer);
  Conditions conditions(previous_status(input.layer), generation, input.now);
  set_ready(all, conditions);
  set_progressing(input, all, conditions);
  set_degraded(all, conditions);
  for (const Report& report : all) {
    conditions.set(condition_type(report.component), report.truth, report.reason, report.message);
  }
  Json status = Json::object();
  status["observedGeneration"] = generation;
  status["conditions"] = conditions.take();
  status["summary"] = summary(input, running);
  status["components"] = component_list(running);
  status["endpoints"] = endpoints(input);
  status["requested"] = requested_list(input);
  status["inventory"] = inventory(input);
  return status;
}

Json refused_status(const Json& layer, const std::string& reason, const std::string& message,
                    base::Clock::Wall now) {
  const std::int64_t generation = kube::generation_of(layer);
  Conditions conditions(previous_status(layer), generation, now);
  conditions.set("Ready", Truth::kFalse, reason, message);
  conditions.set("Progressing", Truth::kFalse, reason, "no changes are made");
  conditions.set("Degraded", Truth::kTrue, reason, message);
  Json status = Json::object();
  status["observedGeneration"] = generation;
  status["conditions"] = conditions.take();
  return status;
}

bool same_status(Json one, Json other) {
  for (Json* status : {&one, &other}) {
    if (!status->is_object()) *status = Json::object();
    sort_by(*status, "conditions", {"type"});
    sort_by(*status, "components", {"kind", "name"});
    sort_by(*status, "requested", {"resource"});
    if (const auto list = status->find("inventory"); list != status->end() && list->is_array()) {
      std::sort(list->begin(), list->end());
    }
    // The server does not keep what is empty.
    for (auto field = status->begin(); field != status->end();) {
      field = field->is_structured() && field->empty() ? status->erase(field) : std::next(field);
    }
  }
  return one == other;
}

std::string condition_status(const Json& status, std::string_view type) {
  if (!status.is_object()) return {};
  for (const Json& condition : status.value("conditions", Json::array())) {
    if (condition.value("type", "") == type) return condition.value("status", "");
  }
  return {};
}

}  // namespace argus::adl
