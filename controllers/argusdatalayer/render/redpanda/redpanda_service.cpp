#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/ports.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/redpanda/redpanda_ports.h"
#include "argusdatalayer/render/service.h"

namespace argus::adl::objects {

// The governing Service: headless, so that every broker has a name of its own. Brokers must find
// each other before they are ready, and clients ask the brokers themselves which of them are up.
MaybeObject redpanda_service(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged) return std::nullopt;
  Json object = service(part::kRedpanda, part::kRedpanda,
                        selector_labels(part::kRedpanda, facts.name), facts);
  object["spec"]["clusterIP"] = "None";
  object["spec"]["publishNotReadyAddresses"] = true;
  for (const RedpandaPort& named : kRedpandaPorts) add_port(object, named.name, named.number);
  annotate_metrics(object, port::kRedpandaAdmin, "/public_metrics", spec);
  return object;
}

}  // namespace argus::adl::objects
