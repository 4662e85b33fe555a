#include "argusdatalayer/model/endpoints.h"
#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/secrets/broker_passwords.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::objects {

// users.txt: one "user:password:mechanism" a line. The first is the superuser that the first start
// of the cluster makes.
MaybeObject redpanda_superusers_secret(const Spec& spec, const Facts& facts) {
  const Credentials& credentials = facts.credentials;
  if (spec.redpanda.mode != Mode::kManaged || spec.secrets.credentials != Credential::kGenerated ||
      credentials.redpanda_admin.empty() || credentials.redpanda_service.empty()) {
    return std::nullopt;
  }
  Json object = credential_secret(secret::kRedpandaSuperusers, part::kRedpanda, spec, facts);
  object["data"]["users.txt"] = base64_encode(users_file(credentials));
  return object;
}

}  // namespace argus::adl::objects
