#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/valkey/objects.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::objects {

MaybeObject valkey_auth_secret(const Spec& spec, const Facts& facts) {
  if (spec.valkey.mode != Mode::kManaged || spec.secrets.credentials != Credential::kGenerated ||
      facts.credentials.valkey.empty()) {
    return std::nullopt;
  }
  Json object = credential_secret(secret::kValkeyAuth, part::kValkey, spec, facts);
  object["data"]["password"] = base64_encode(facts.credentials.valkey);
  return object;
}

}  // namespace argus::adl::objects
