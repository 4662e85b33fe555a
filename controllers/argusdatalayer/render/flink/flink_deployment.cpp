#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/flink/flink_config.h"
#include "argusdatalayer/render/flink/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/pod_template.h"

namespace argus::adl::objects {
namespace {

Json process(const FlinkProcess& wanted) {
  constexpr double kMillisPerCore = 1000;
  constexpr std::int64_t kMi = std::int64_t{1024} * 1024;
  Json result = Json::object();
  // Flink's own notation: cores as a number, memory in mebibytes with an m.
  result["resource"]["cpu"] = static_cast<double>(wanted.cpu.millis()) / kMillisPerCore;
  result["resource"]["memory"] = std::to_string(wanted.memory.value() / kMi) + "m";
  result["replicas"] = wanted.replicas;
  return result;
}

}  // namespace

MaybeObject flink_deployment(const Spec& spec, const Facts& facts) {
  if (!spec.flink.enabled || !facts.kinds.flink) return std::nullopt;
  Json object = owned_object("flink.apache.org/v1beta1", "FlinkDeployment", part::kFlink,
                             part::kFlink, facts);
  Json& deployment = object["spec"];
  deployment["image"] = spec.flink.image.value_or(facts.installation.images.flink);
  deployment["flinkVersion"] = spec.flink.version;
  deployment["flinkConfiguration"] = flink_configuration(spec.flink);
  deployment["serviceAccount"] = "flink";
  deployment["podTemplate"] = flink_pod_template(spec, facts);
  annotate_secret_salt(object, facts);
  deployment["jobManager"] = process(spec.flink.job_manager);
  deployment["taskManager"] = process(spec.flink.task_manager);
  return object;
}

}  // namespace argus::adl::objects
