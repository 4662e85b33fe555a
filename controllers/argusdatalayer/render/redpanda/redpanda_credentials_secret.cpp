#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/secrets/credentials.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::objects {

// What a client of the brokers needs, in one place: the worker reads it, Flink's jobs may. It holds
// a copy of what redpanda-superusers says, so it can be made again at any time.
MaybeObject redpanda_credentials_secret(const Spec& spec, const Facts& facts) {
  if (spec.redpanda.mode != Mode::kManaged || facts.credentials.redpanda_service.empty()) {
    return std::nullopt;
  }
  Json object = owned_object("v1", "Secret", secret::kRedpandaCredentials, part::kRedpanda, facts);
  object["type"] = "Opaque";
  Json& data = object["data"];
  data["bootstrap_servers"] = base64_encode(kafka_endpoint(spec, facts).bootstrap_servers);
  data["sasl_username"] = base64_encode(kRedpandaServiceUser);
  const std::string& password = facts.credentials.redpanda_clients();
  data["sasl_password"] = base64_encode(password);
  // So that what the operator wrote is told from what somebody else did.
  object["metadata"]["annotations"][std::string(kPasswordHashAnnotation)] =
      material_hash(facts.secret_salt, password);
  return object;
}

}  // namespace argus::adl::objects
