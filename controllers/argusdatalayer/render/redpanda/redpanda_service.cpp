#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/redpanda/redpanda_ports.h"

namespace argus::adl::objects {

// The governing Service: headless, so that every broker has a name of its own. Brokers must find
// each other before they are ready, and clients ask the brokers themselves which of them are up.
MaybeObject redpanda_service(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object = owned_object("v1", "Service", part::kRedpanda, part::kRedpanda, facts);
  Json& service = object["spec"];
  service["clusterIP"] = "None";
  service["publishNotReadyAddresses"] = true;
  service["selector"] = selector_labels(part::kRedpanda, facts.name);
  for (const RedpandaPort& named : kRedpandaPorts) {
    Json entry = Json::object();
    entry["name"] = named.name;
    entry["port"] = named.number;
    entry["targetPort"] = named.name;
    entry["protocol"] = "TCP";
    service["ports"].push_back(std::move(entry));
  }
  return object;
}

}  // namespace argus::adl::objects
