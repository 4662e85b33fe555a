#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/autoscaling/autoscaler.h"
#include "argusdatalayer/render/autoscaling/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"

namespace argus::adl::objects {
namespace {

Json target(std::string_view parameter, std::string_view name, std::string_view key) {
  Json result = Json::object();
  result["parameter"] = parameter;
  result["name"] = name;
  result["key"] = key;
  return result;
}

}  // namespace

MaybeObject keda_trigger_authentication(const Spec& spec, const Facts& facts) {
  if (autoscaler_of(spec, facts.kinds) != Autoscaler::kKeda) return std::nullopt;
  Json object = owned_object("keda.sh/v1alpha1", "TriggerAuthentication", "keda-kafka-auth",
                             part::kWorker, facts);
  Json& targets = object["spec"]["secretTargetRef"];
  targets =
      Json::array({target("sasl", secret::kKeda, "sasl"), target("tls", secret::kKeda, "tls")});
  if (spec.redpanda.mode == Mode::kManaged) {
    targets.push_back(target("username", secret::kKeda, "username"));
    targets.push_back(target("password", secret::kKeda, "password"));
  } else {
    const KafkaEndpoint kafka = kafka_endpoint(spec, facts);
    targets.push_back(target("username", kafka.username.name, kafka.username.key));
    targets.push_back(target("password", kafka.password.name, kafka.password.key));
  }
  return object;
}

}  // namespace argus::adl::objects
