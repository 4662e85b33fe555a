#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/falkordb/objects.h"
#include "argusdatalayer/render/maybe_object.h"
#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::objects {

MaybeObject falkordb_auth_secret(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged || spec.secrets.credentials != Credential::kGenerated ||
      facts.credentials.falkordb.empty()) {
    return std::nullopt;
  }
  Json object = credential_secret(secret::kFalkordbAuth, part::kFalkordb, spec, facts);
  object["data"]["password"] = base64_encode(facts.credentials.falkordb);
  return object;
}

}  // namespace argus::adl::objects
