#include "argusdatalayer/render/object_frame.h"
#include "argusdatalayer/render/render.h"
#include "argusdatalayer/secrets/secret_data.h"

namespace argus::adl::resources {

Object falkordb_auth_secret(const Spec& spec, const Facts& facts) {
  if (spec.falkordb.mode != Mode::kManaged || spec.secrets.credentials != Credential::kGenerated ||
      facts.credentials.falkordb.empty()) {
    return std::nullopt;
  }
  Json object = credential_secret(secret::kFalkordbAuth, part::kFalkordb, spec, facts);
  object["data"]["password"] = base64_encode(facts.credentials.falkordb);
  return object;
}

}  // namespace argus::adl::resources
